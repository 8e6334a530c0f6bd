import { describe, expect, it } from 'vitest';
import { viewNodes } from '../../../../src/kube/objects/node-view.ts';

const node = (fields: Record<string, unknown>, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'worker1', labels },
  ...fields,
});

describe('viewNodes', () => {
  it('reads a node that works', () => {
    const status = {
      addresses: [
        { type: 'InternalIP', address: '10.77.0.12' },
        { type: 'Hostname', address: 'worker1' },
      ],
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: 'True' },
      ],
      nodeInfo: { kubeletVersion: 'v1.20.2' },
    };
    const spec = { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24', 'fd00:1::/64'] };
    expect(viewNodes([node({ spec, status })])).toEqual([
      {
        name: 'worker1',
        addresses: ['10.77.0.12'],
        podCIDRs: ['10.244.1.0/24', 'fd00:1::/64'],
        isReady: true,
        isControlPlane: false,
        zone: null,
        kubeletVersion: 'v1.20.2',
      },
    ]);
  });

  it('takes a node that has only just been registered', () => {
    expect(viewNodes([node({})])).toMatchObject([
      { addresses: [], podCIDRs: [], isReady: false, kubeletVersion: '' },
    ]);
  });

  it('knows the zone by its label', () => {
    const labelled = node({}, { 'topology.kubernetes.io/zone': 'west' });
    expect(viewNodes([labelled])[0]?.zone).toBe('west');
  });

  it('reads the one network of versions before dual-stack', () => {
    expect(viewNodes([node({ spec: { podCIDR: '10.244.1.0/24' } })])[0]?.podCIDRs).toEqual(['10.244.1.0/24']);
  });

  it.each(['node-role.kubernetes.io/master', 'node-role.kubernetes.io/control-plane'])(
    'knows a control plane by %s',
    (label) => {
      expect(viewNodes([node({}, { [label]: '' })])[0]?.isControlPlane).toBe(true);
    },
  );
});
