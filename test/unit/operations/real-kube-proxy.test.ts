// What a real kube-proxy 1.20.2 made of thirteen Services on a real kernel (6.1), against what we expect of it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ask, type FactQuery } from '../../../src/facts/fact.ts';
import { programs } from '../../../src/facts/host/programs.ts';
import { ipvsAddresses } from '../../../src/facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../../../src/facts/ipvs/ipvs-table.ts';
import { ipvsTimeouts } from '../../../src/facts/ipvs/ipvs-timeouts.ts';
import { kubeProxyMode } from '../../../src/facts/ipvs/kube-proxy-mode.ts';
import { apiObjects } from '../../../src/facts/kubernetes/api-objects.ts';
import { clusterConfiguration } from '../../../src/facts/kubernetes/cluster-configuration.ts';
import { ipSets } from '../../../src/facts/network/ip-sets.ts';
import { iptablesRules } from '../../../src/facts/network/iptables-rules.ts';
import { ipvsCleaned } from '../../../src/operations/cluster-network/ipvs-cleaned.ts';
import { kubeProxyRulesRemoved } from '../../../src/operations/cluster-network/kube-proxy-rules-removed.ts';
import type { ExecStep, FactReader, Plan } from '../../../src/operations/operation.ts';
import { ipvsVerified } from '../../../src/operations/verify/ipvs-verified.ts';

const cluster = {
  name: 'lab',
  kubernetes: { version: 'v1.20.2' },
  network: { pods: '10.244.0.0/16', services: '10.96.0.0/12' },
  kubeProxy: { scheduler: 'rr', excludeCIDRs: ['10.77.0.200/32'] },
  firstControlPlane: 'master1',
  controlPlanes: ['master1'],
  endpoint: '10.77.0.11:6443',
  nodes: [
    { name: 'master1', address: '10.77.0.11', roles: ['control-plane'] },
    { name: 'worker1', address: '10.77.0.12', roles: ['worker'] },
  ],
};

/** Answers questions with what a host's probes printed. */
function reader(files: Readonly<Record<string, string>>): FactReader {
  const outputs = new Map<string, string>([
    [ask(apiObjects, cluster.kubernetes).key, 'objects.json'],
    [ask(ipvsTable).key, files['table'] ?? 'table.txt'],
    [ask(ipvsAddresses).key, files['addresses'] ?? 'addresses.txt'],
    [ask(kubeProxyMode).key, 'mode.txt'],
    [ask(ipvsTimeouts).key, 'timeouts.txt'],
    [ask(iptablesRules).key, 'iptables.txt'],
    [ask(ipSets).key, 'ipset.txt'],
  ]);
  return {
    get<Value>(query: FactQuery<Value>): Value {
      // It was started by itself, without kubeadm's ConfigMap.
      if (query.key === ask(clusterConfiguration).key)
        return query.parse({ stdout: '', stderr: '', exitCode: 0 });
      if (query.name === programs.name) return query.parse({ stdout: 'ipvsadm\n', stderr: '', exitCode: 0 });
      const file = outputs.get(query.key);
      if (file === undefined) throw new Error(`no capture of ${query.name}`);
      const url = new URL(`../../captures/kube-proxy-1.20.2/${file}`, import.meta.url);
      return query.parse({ stdout: readFileSync(url, 'utf8'), stderr: '', exitCode: 0 });
    },
  };
}

function verify(files: Readonly<Record<string, string>> = {}): Plan {
  const timeouts = { tcp: 900, tcpFin: 120, udp: 300 };
  const args = { node: 'worker1', cluster: { ...cluster, kubeProxy: { ...cluster.kubeProxy, timeouts } } };
  return ipvsVerified.plan(ipvsVerified.args.parse(args), reader(files));
}

describe('ipvs.verified', () => {
  it('finds nothing wrong with what kube-proxy made', () => {
    const plan = verify();
    expect(plan.problems).toEqual([]);
    expect(plan.warnings).toEqual([]);
  });

  it('shows every external address with its real servers', () => {
    const rows = verify().report ?? [];
    expect(
      rows.map((row) => [row['external address'], row['service'], row['real servers (weight)']]),
    ).toEqual([
      ['TCP 10.77.0.12:8443', 'other/onnode', '10.244.1.15:80 (1)'],
      ['TCP 10.77.0.101:80', 'user-a-ns/nginx', '10.244.0.6:80 (1), 10.244.1.5:80 (1)'],
      ['TCP 10.77.0.102:80', 'user-b-ns/nginx', '10.244.0.7:8080 (1), 10.244.1.6:8080 (1)'],
      ['TCP 10.77.0.103:80', 'other/empty', ''],
      ['TCP 10.77.0.104:80', 'other/v6external', '10.244.1.14:80 (1)'],
      ['TCP 10.77.0.150:80', 'other/local', '10.244.1.10:8080 (1)'],
    ]);
  });

  it('names what was broken by hand, and nothing else', () => {
    const plan = verify({ table: 'table-broken.txt', addresses: 'addresses-broken.txt' });
    expect(plan.problems?.map(({ message }) => message)).toEqual([
      'worker1 sends nothing of TCP 10.77.0.101:80 (external IP of user-a-ns/nginx) to 10.244.1.5:80, which is a ready endpoint',
      'worker1 lacks 10.77.0.102 (of user-b-ns/nginx) on kube-ipvs0, so packets to it never reach the load balancer',
      'worker1 balances TCP 10.96.99.99:80, but no Service has this address and port',
      'worker1 sends no new connections of TCP 10.105.12.124:80 (cluster IP of user-a-ns/nginx) to the ready endpoint 10.244.0.6:80: its weight is 0',
    ]);
  });
});

describe('the clean-up', () => {
  it('deletes all of kube-proxy, and leaves the one that is excluded', () => {
    const plan = ipvsCleaned.plan(ipvsCleaned.args.parse({ cluster }), reader({}));
    const [servers, link] = plan.steps as readonly ExecStep[];
    expect(servers?.title).toBe('delete 35 virtual servers of kube-proxy');
    expect(servers?.stdin).not.toContain('10.77.0.200');
    expect(link?.title).toBe('remove the interface kube-ipvs0 with its 17 addresses');
    expect(plan.warnings).toEqual([]);
  });

  it('takes every chain and every set of kube-proxy', () => {
    const plan = kubeProxyRulesRemoved.plan({}, reader({}));
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'remove 8 chains of kube-proxy and our pod network (iptables-legacy)',
      'destroy 15 IP sets of kube-proxy',
    ]);
    expect(plan.warnings).toEqual([]);
  });
});
