// Who binds the external IPs by version and wish, and on which nodes.
import { describe, expect, it } from 'vitest';
import { externalIPBinding, spreadAddresses } from '../../../../src/kube/outside/external-ip-binding.ts';
import { interfaceChoices } from '../../../../src/kube/outside/interface-choice.ts';
import { parseVersion } from '../../../../src/kube/version.ts';

const nodes = ['m1', 'w1', 'w2'];
const choices = interfaceChoices('eth0', []);
const ips = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4'];

describe('the one who binds', () => {
  it.each([
    ['v1.8.0', 'kube-proxy', 'interface', false],
    ['v1.10.13', 'kube-proxy', 'interface', false],
    ['v1.10.13', 'interface', 'interface', false],
    ['v1.11.0', 'kube-proxy', 'kube-proxy', true],
    ['v1.11.0', 'interface', 'interface', true],
    ['v1.36.0', 'interface', 'interface', true],
  ] as const)('with %s and bind: %s is %s', (text, bind, by, kubeProxyBinds) => {
    const request = { version: parseVersion(text), bind, choices, addresses: ips, nodes };
    expect(externalIPBinding(request)).toMatchObject({ by, kubeProxyBinds, interface: 'eth0' });
  });

  it('is not this program where there are no external IPs', () => {
    const request = {
      version: parseVersion('v1.20.2'),
      bind: 'interface',
      choices,
      nodes,
    } as const;
    expect(externalIPBinding({ ...request, addresses: [] })).toMatchObject({
      by: 'kube-proxy',
      addresses: [],
    });
  });
});

describe('the addresses', () => {
  it('go to the nodes in turn', () => {
    expect(spreadAddresses(ips, nodes).map(({ candidates }) => candidates[0])).toEqual([
      'm1',
      'w1',
      'w2',
      'm1',
    ]);
  });

  it('of a dead node go to different others', () => {
    const afterM1 = spreadAddresses(ips, nodes).filter(({ candidates }) => candidates[0] === 'm1');
    expect(afterM1.map(({ candidates }) => candidates[1])).toEqual(['w1', 'w2']);
  });

  it('may be on every node of a small cluster, and on eight of a large one, each once', () => {
    const many = Array.from({ length: 20 }, (_, index) => `n${index}`);
    for (const [names, count] of [
      [nodes, 3],
      [['only'], 1],
      [many, 8],
    ] as const) {
      for (const { candidates } of spreadAddresses(ips, names)) {
        expect(candidates).toHaveLength(count);
        expect(new Set(candidates).size).toBe(count);
      }
    }
  });
});
