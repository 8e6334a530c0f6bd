// How many dials a cluster takes: bounded for each host, whatever its size.
import { describe, expect, it } from 'vitest';
import { portsReached } from '../../../../src/operations/firewall/ports-reached.ts';
import {
  dialledPorts,
  dialPlan,
  mostControlPlanes,
  mostKubelets,
} from '../../../../src/operations/firewall/dial-plan.ts';

function fleet(controlPlanes: number, workers: number) {
  const host = (kind: string, roles: string[]) => (_: unknown, index: number) => ({
    name: `${kind}${index + 1}`,
    address: `10.${kind.length}.${index >> 8}.${index & 255}`,
    roles,
  });
  return [
    ...Array.from({ length: controlPlanes }, host('master', ['control-plane'])),
    ...Array.from({ length: workers }, host('worker', ['worker'])),
  ];
}

function mostOf(names: readonly string[]): number {
  return Math.max(...names.map((name) => names.filter((other) => other === name).length));
}

describe('the dials', () => {
  it('of two hosts are one to the API and one to a kubelet', () => {
    expect(dialPlan(fleet(1, 1)).map(({ from, to, port }) => `${from} ${to.name} ${port}`)).toEqual([
      'worker1 master1 6443',
      'master1 worker1 10250',
    ]);
  });

  it('of control planes are for etcd too, both ways', () => {
    expect(dialledPorts(dialPlan(fleet(3, 0)), 'master3')).toEqual([2379, 2380, 6443, 10250]);
  });

  it('of 100 hosts are 409: three for each host, and a kubelet each', () => {
    const plan = dialPlan(fleet(3, 97));
    // 97 workers and 3 control planes dial 3 and 2 APIs, 6 pairs two ports of etcd, and all kubelets are dialled once.
    expect(plan).toHaveLength(97 * 3 + 3 * 2 + 6 * 2 + 100);
    expect(mostOf(plan.map(({ from }) => from))).toBe(2 + 4 + 34);
  });

  it('of a thousand hosts are bounded for each of them', () => {
    const plan = dialPlan(fleet(1, 999));
    expect(plan.filter(({ from }) => from === 'master1')).toHaveLength(mostKubelets);
    expect(mostOf(dialPlan(fleet(9, 991)).map(({ from }) => from))).toBeLessThanOrEqual(
      mostControlPlanes * 3 + mostKubelets,
    );
  });

  it('take one question to each host, and one about its listener', () => {
    const nodes = fleet(3, 97);
    const cluster = {
      name: 'lab',
      kubernetes: { version: 'v1.30.0' },
      network: { pods: '10.244.0.0/16', services: '10.96.0.0/12' },
      kubeProxy: { scheduler: 'rr' },
      firstControlPlane: 'master1',
      controlPlanes: ['master1', 'master2', 'master3'],
      endpoint: '10.6.0.0:6443',
      nodes,
    };
    const needs = portsReached.needs(portsReached.args.parse({ cluster, claims: { endpoint: null } }));
    expect(needs.map(({ host, query }) => `${host ?? ''} ${query.name}`).toSorted()).toEqual(
      nodes.flatMap(({ name }) => [`${name} listener.own`, `${name} ports.dialled`]).toSorted(),
    );
  });
});
