// Status over model machines that print what real nodes print: how often they are asked, and what becomes of the silent.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apiSeconds, StatusWatch } from '../../../src/app/status-watch.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import type { Host, HostConnector } from '../../../src/core/host.ts';
import { ask } from '../../../src/facts/fact.ts';
import { ipvsAddresses } from '../../../src/facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../../../src/facts/ipvs/ipvs-table.ts';
import { kubeProxyMode } from '../../../src/facts/ipvs/kube-proxy-mode.ts';
import { kubeProxyVersion } from '../../../src/facts/ipvs/kube-proxy-version.ts';
import { apiObjects } from '../../../src/facts/kubernetes/api-objects.ts';
import type { ResolvedCluster } from '../../../src/inventory/resolve.ts';
import type { KubernetesObject } from '../../../src/kube/objects/object.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeNetwork } from '../../support/fake-host.ts';
import type { ModelMachine } from '../../support/model-machine.ts';

const names = ['master1', 'master2', 'worker1'];
const vip = '10.77.0.8';
const cluster = {
  name: 'lab',
  kubernetes: { version: 'v1.20.2', source: { bundle: 'bundle' } },
  controlPlane: { vip: { address: vip, interface: 'eth0' } },
  network: { pods: '10.244.0.0/16', services: '10.96.0.0/12', cni: 'host-gw' },
  kubeProxy: { scheduler: 'rr', strictARP: false, excludeCIDRs: [] },
  firstControlPlane: 'master1',
  controlPlanes: ['master1', 'master2'],
  workers: ['worker1'],
  endpoint: `${vip}:6443`,
  nodes: names.map((name, index) => ({
    name,
    address: `10.77.0.1${index}`,
    roles: [name.startsWith('master') ? 'control-plane' : 'worker'],
  })),
} as unknown as ResolvedCluster;

function capture(file: string): string {
  return readFileSync(new URL(`../../captures/kube-proxy-1.20.2/${file}`, import.meta.url), 'utf8');
}

const apiQuery = ask(apiObjects, { version: 'v1.20.2', seconds: apiSeconds });

function teach(machine: ModelMachine, more = ''): void {
  machine.answers(ask(ipvsTable), () => capture('table.txt'));
  machine.answers(ask(ipvsAddresses), () => `${capture('addresses.txt')}\n${more}`);
  machine.answers(ask(kubeProxyMode), () => capture('mode.txt'));
  machine.answers(ask(kubeProxyVersion), () => 'kubernetes_build_info{gitVersion="v1.20.2"} 1');
  machine.answers(apiQuery, () => capture('objects.json'));
}

/** Keeps connections, and opens a lost one anew, as the real connector does. */
class KeepingConnector implements HostConnector {
  readonly network = new FakeNetwork(names);
  readonly kept = new Map<string, Promise<Host>>();
  /** Machines that are dead. */
  readonly dead = new Set<string>();

  connect(name: string): Promise<Host> {
    const host =
      this.kept.get(name) ??
      this.#open(name).catch((error: unknown) => {
        this.kept.delete(name);
        throw error;
      });
    this.kept.set(name, host);
    return host;
  }

  async #open(name: string): Promise<Host> {
    if (this.dead.has(name)) throw new BootstrapError('connect.refused', 'nothing listens there');
    return this.network.connect(name);
  }

  /** The machine dies: its connection is lost, and no new one can be made. */
  kill(name: string): void {
    this.network.host(name).lose(new BootstrapError('connect.lost', `${name}: the connection was lost`));
    this.kept.delete(name);
    this.dead.add(name);
  }
}

function world() {
  const connector = new KeepingConnector();
  const { network } = connector;
  for (const name of names) teach(network.machine(name));
  const held = `2: eth0    inet ${vip}/32 scope global eth0\\       valid_lft forever preferred_lft forever`;
  teach(network.machine('master2'), held);
  const clock = new FakeClock();
  const { signal } = new AbortController();
  return { connector, network, clock, watch: new StatusWatch(cluster, names, { connector, clock, signal }) };
}

const webOf = (status: Awaited<ReturnType<StatusWatch['refresh']>>) =>
  status.externalIPs.find(({ address }) => address === '10.77.0.101');

describe('looking at a cluster', () => {
  it('costs one connection per host, and one flight per host and look', async () => {
    const { network, watch } = world();
    for (let look = 1; look <= 5; look += 1) {
      await watch.refresh();
      for (const name of names) expect(network.host(name).statistics().roundTrips).toBe(look);
    }
    expect(network.connections).toHaveLength(names.length);
    expect(network.unknown).toEqual([]);
  });

  it('asks one control plane for the API, after what it asks every node', async () => {
    const { network, watch } = world();
    await watch.refresh();
    const asked = names.map((name) => network.host(name).log.indexOf(apiQuery.command.text));
    expect(asked).toEqual([4, -1, -1]);
  });

  it('tells nodes, who holds the virtual IP, and the pods behind an external IP', async () => {
    const status = await world().watch.refresh();
    expect(status.virtualIP).toEqual({ address: vip, holders: [{ node: 'master2', interfaces: ['eth0'] }] });
    expect(
      status.nodes.map(({ node, proxyMode, proxyVersion, silentMs }) => [
        node,
        proxyMode,
        proxyVersion,
        silentMs,
      ]),
    ).toEqual(names.map((name) => [name, 'ipvs', 'v1.20.2', null]));
    expect(status.api).toEqual({ host: 'master1' });
    const web = webOf(status);
    expect(web?.services).toEqual(['user-a-ns/nginx']);
    expect(web?.holders.map(({ node }) => node)).toEqual(names);
    expect(web?.realServers[0]?.weights).toEqual(names.map((node) => ({ node, weight: 1 })));
  });

  it('sums connections over the nodes', async () => {
    const { network, watch } = world();
    const busy = capture('table.txt').replaceAll(
      /Masq    1      0          0 /g,
      'Masq    1      2          5 ',
    );
    for (const name of names) network.machine(name).answers(ask(ipvsTable), () => busy);
    const web = webOf(await watch.refresh());
    expect(web?.realServers[0]).toMatchObject({ active: 6, inactive: 15 });
  });

  it('goes on without a host that is gone, and does not count what it held', async () => {
    const { connector, watch } = world();
    await watch.refresh();
    connector.kill('master2');
    const status = await watch.refresh();
    const [master1, master2, worker1] = status.nodes;
    expect(master2?.error?.code).toBe('connect.refused');
    expect([master1?.silentMs, worker1?.silentMs]).toEqual([null, null]);
    expect(status.virtualIP?.holders).toEqual([]);
    expect(webOf(status)?.holders.map(({ node }) => node)).toEqual(['master1', 'worker1']);
  });

  it('tells how many pods serve the cluster’s DNS, where there is one', async () => {
    const { network, watch } = world();
    const { items } = JSON.parse(capture('objects.json')) as { readonly items: readonly KubernetesObject[] };
    const answer = (objects: readonly object[]): void => {
      network.machine('master1').answers(apiQuery, () => JSON.stringify({ kind: 'List', items: objects }));
    };
    const dns = { addresses: ['10.96.0.10'], ready: 2 };
    expect((await watch.refresh()).clusterDns).toEqual({ ...dns, wanted: null });
    const metadata = { namespace: 'kube-system', name: 'coredns', labels: { 'k8s-app': 'kube-dns' } };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 3 } };
    answer([...items, deployment]);
    expect((await watch.refresh()).clusterDns).toEqual({ ...dns, wanted: 3 });
    answer(items.filter(({ metadata: { name } }) => name !== 'kube-dns'));
    expect((await watch.refresh()).clusterDns).toBeNull();
  });

  it('connects again by itself, after a pause that grows', async () => {
    const { connector, network, clock, watch } = world();
    await watch.refresh();
    connector.kill('worker1');
    await watch.refresh();
    await watch.refresh();
    connector.dead.delete('worker1');
    clock.pass(999);
    expect((await watch.refresh()).nodes[2]?.error?.code).toBe('connect.refused');
    clock.pass(1);
    expect((await watch.refresh()).nodes[2]).toMatchObject({ silentMs: null });
    expect(network.connections).toHaveLength(4);
  });

  it('says that there is no cluster yet where no control plane has been made', async () => {
    const { network, watch } = world();
    for (const name of names) network.machine(name).answers(apiQuery, () => ({ exitCode: 66 }));
    const { api } = await watch.refresh();
    expect(api).toEqual({ host: 'master1', reason: 'there is no cluster yet: run "up" first' });
  });

  it('asks the next control plane when one no longer answers, and shows what the API said before', async () => {
    const { connector, network, clock, watch } = world();
    await watch.refresh();
    connector.kill('master1');
    const status = await watch.refresh();
    expect(status.api.reason).toBe('nothing listens there');
    expect(webOf(status)?.services).toEqual(['user-a-ns/nginx']);
    clock.pass(1000);
    expect((await watch.refresh()).api).toEqual({ host: 'master2' });
    expect(network.host('master2').log).toContain(apiQuery.command.text);
  });

  it('shows a host that keeps silent as such, without waiting for it', async () => {
    const { connector, clock, watch } = world();
    await watch.refresh();
    const stuck: Host = { ...(await connector.connect('worker1')), run: () => new Promise(() => undefined) };
    connector.kept.set('worker1', Promise.resolve(stuck));
    expect((await watch.refresh(1000)).nodes[2]?.silentMs).toBeNull();
    clock.pass(5000);
    const status = await watch.refresh(1000);
    expect(status.nodes[2]?.silentMs).toBeGreaterThan(5000);
    expect(status.nodes[2]?.error).toBeUndefined();
    expect(status.nodes[0]?.silentMs).toBeNull();
  });

  it('looks at chosen hosts only, and still asks a control plane for the API', async () => {
    const { connector, clock } = world();
    const { signal } = new AbortController();
    const watch = new StatusWatch(cluster, ['worker1'], { connector, clock, signal });
    const status = await watch.refresh();
    expect(status.nodes.map(({ node }) => node)).toEqual(['worker1']);
    expect(connector.network.connections.map(({ name }) => name).toSorted()).toEqual(['master1', 'worker1']);
  });
});
