// Looks at a running cluster again and again: one connection and one flight per host, whichever hosts answer.
import type { ClusterStatus } from '../engine/events/status-schema.ts';
import { HostWatch, type HostWatchPorts } from '../engine/hosts/host-watch.ts';
import { ask } from '../facts/fact.ts';
import { ipvsAddresses } from '../facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../facts/ipvs/ipvs-table.ts';
import { kubeProxyMode } from '../facts/ipvs/kube-proxy-mode.ts';
import { kubeProxyVersion } from '../facts/ipvs/kube-proxy-version.ts';
import { apiObjects } from '../facts/kubernetes/api-objects.ts';
import type { ResolvedCluster } from '../inventory/resolve.ts';
import { clusterStatus, type ApiReading, type HostReading } from './cluster-status.ts';

const nodeQueries = [ask(ipvsTable), ask(ipvsAddresses), ask(kubeProxyMode), ask(kubeProxyVersion)];

/** A host that owes its answers for longer counts as silent. */
const patienceMs = 5000;
/** kubectl gives up after this, so that a dead API server does not hold up its host's own answers for long. */
export const apiSeconds = 15;
const noCluster = 'there is no cluster yet: run "up" first';
const timeoutMs = (apiSeconds + 15) * 1000;

export class StatusWatch {
  readonly #cluster: ResolvedCluster;
  readonly #ports: HostWatchPorts;
  readonly #hosts: readonly { readonly node: ResolvedCluster['nodes'][number]; readonly watch: HostWatch }[];
  readonly #apiQuery;
  #api: HostWatch;
  #objects: ApiReading['objects'];

  /** @param names the hosts to look at; the API is asked on any control plane */
  constructor(cluster: ResolvedCluster, names: readonly string[], ports: HostWatchPorts) {
    this.#cluster = cluster;
    this.#ports = ports;
    this.#hosts = cluster.nodes
      .filter(({ name }) => names.includes(name))
      .map((node) => ({ node, watch: new HostWatch(node.name, ports) }));
    const { version } = cluster.kubernetes;
    this.#apiQuery = ask(apiObjects, { version, seconds: apiSeconds });
    this.#api = new HostWatch(cluster.firstControlPlane, ports);
  }

  /**
   * Asks everybody who owes nothing. Never throws.
   * @param graceMs how long it waits for the slow; without it, until all have answered or failed
   */
  async refresh(graceMs?: number): Promise<ClusterStatus> {
    const asked = this.#hosts.map(({ watch }) => watch.ask(nodeQueries, timeoutMs));
    const answered = Promise.all([...asked, this.#askApi()]);
    if (graceMs === undefined) await answered;
    else await this.#within(answered, graceMs);
    return this.#status();
  }

  /** Last in the flight, because it takes longest. Goes on to the next control plane when one fails. */
  async #askApi(): Promise<void> {
    const watch = this.#api;
    if (watch.isBusy) return;
    await watch.ask([this.#apiQuery], timeoutMs);
    const objects = watch.newest(this.#apiQuery);
    if (watch.failure === undefined && objects?.reachable === true) this.#objects = objects;
  }

  async #within(answered: Promise<unknown>, graceMs: number): Promise<void> {
    const { clock, signal } = this.#ports;
    const over = new AbortController();
    const sleeping = clock.sleep(graceMs, AbortSignal.any([signal, over.signal])).catch(() => undefined);
    await Promise.race([answered, sleeping]);
    over.abort();
  }

  #status(): ClusterStatus {
    const reason = this.#apiReason();
    const host = this.#api.host;
    const readings = this.#hosts.map(({ node, watch }) => reading(node, watch));
    const status = clusterStatus(this.#cluster, { host, objects: this.#objects, reason }, readings);
    if (reason !== undefined && !this.#api.isBusy) this.#turnToNextControlPlane();
    return status;
  }

  #apiReason(): string | undefined {
    const { failure, isBusy, silentMs } = this.#api;
    if (failure !== undefined) return failure.message;
    const newest = this.#api.newest(this.#apiQuery);
    if (newest?.reachable === false) return newest.isAbsent === true ? noCluster : newest.reason;
    if (isBusy && silentMs > patienceMs) return `no answer for ${Math.round(silentMs / 1000)} s`;
    return this.#objects === undefined ? 'no answer yet' : undefined;
  }

  #turnToNextControlPlane(): void {
    const { controlPlanes } = this.#cluster;
    const next = controlPlanes[(controlPlanes.indexOf(this.#api.host) + 1) % controlPlanes.length];
    if (next !== undefined) this.#api = new HostWatch(next, this.#ports);
  }
}

function reading(node: HostReading['node'], watch: HostWatch): HostReading {
  const { failure, isBusy, silentMs } = watch;
  const isSilent = failure !== undefined || (isBusy && silentMs > patienceMs);
  return {
    node,
    table: watch.newest(ask(ipvsTable)),
    addresses: watch.newest(ask(ipvsAddresses)),
    proxyMode: watch.newest(ask(kubeProxyMode))?.mode ?? null,
    proxyVersion: watch.newest(ask(kubeProxyVersion)) ?? null,
    silentMs: isSilent ? silentMs : null,
    failure,
  };
}
