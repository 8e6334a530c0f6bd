import { describe, expect, it } from 'vitest';
import type { NodeView } from '../../../src/kube/objects/node-view.ts';
import { cniConfiguration, masqueradeRules, podRoutes } from '../../../src/kube/pod-network.ts';

function node(name: string, addresses: string[], podCIDRs: string[]): NodeView {
  return {
    name,
    addresses,
    podCIDRs,
    isReady: true,
    isControlPlane: false,
    zone: null,
    kubeletVersion: 'v1.20.2',
  };
}

describe('podRoutes', () => {
  it('goes to every other node, in a fixed order', () => {
    const nodes = [
      node('worker2', ['10.77.0.13'], ['10.244.2.0/24']),
      node('master1', ['10.77.0.11'], ['10.244.0.0/24']),
      node('worker1', ['10.77.0.12'], ['10.244.1.0/24']),
    ];
    expect(podRoutes(nodes, 'master1')).toEqual([
      { network: '10.244.1.0/24', gateway: '10.77.0.12' },
      { network: '10.244.2.0/24', gateway: '10.77.0.13' },
    ]);
  });

  it('takes the address of the same family', () => {
    const dual = node('worker1', ['10.77.0.12', 'fd77::12'], ['10.244.1.0/24', 'fd00:1::/64']);
    expect(podRoutes([dual], 'master1')).toEqual([
      { network: '10.244.1.0/24', gateway: '10.77.0.12' },
      { network: 'fd00:1::/64', gateway: 'fd77::12' },
    ]);
  });

  it('leaves out what has no network or no address of the family', () => {
    const nodes = [node('worker1', ['10.77.0.12'], []), node('worker2', ['10.77.0.13'], ['fd00:1::/64'])];
    expect(podRoutes(nodes, 'master1')).toEqual([]);
  });
});

describe('cniConfiguration', () => {
  it('has a range and a default route per family', () => {
    const list = JSON.parse(cniConfiguration(['10.244.1.0/24', 'fd00:1::/64'])) as { plugins: unknown[] };
    expect(list.plugins[0]).toMatchObject({
      ipam: {
        ranges: [[{ subnet: '10.244.1.0/24' }], [{ subnet: 'fd00:1::/64' }]],
        routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
      },
    });
  });
});

describe('masqueradeRules', () => {
  it('spares what goes from pod to pod, in either family', () => {
    expect(masqueradeRules(['10.244.0.0/16', 'fd00::/56'])).toEqual([
      {
        command: 'iptables',
        rule: 'POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m comment --comment ipvs-bootstrap-pods -j MASQUERADE',
      },
      {
        command: 'ip6tables',
        rule: 'POSTROUTING -s fd00::/56 ! -d fd00::/56 -m comment --comment ipvs-bootstrap-pods -j MASQUERADE',
      },
    ]);
  });
});
