// Where `source: auto` leads on these hosts.
import type { HostConnector } from '../core/host.ts';
import { goesDirectly } from '../download/no-proxy.ts';
import type { DownloadSettings } from '../inventory/resolve-downloads.ts';
import type { Cluster } from './cluster.ts';
import {
  askForSource,
  decideSource,
  type SiteQuestion,
  type SourceChoice,
} from './kubernetes/choose-source.ts';

export interface SettledSource {
  /** The cluster, whose Kubernetes has one source now. */
  readonly cluster: Cluster;
  readonly choice: SourceChoice;
}

/**
 * Asks these hosts and the first control plane. The connector opens each once, so that the run has them open already.
 * @throws BootstrapError `connect.*` when none of them can be asked; when the signal was aborted
 */
export async function settleSource(
  cluster: Cluster,
  connector: HostConnector,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<SettledSource> {
  const { inventory, kubernetes } = cluster;
  const { source } = inventory;
  const { choices } = kubernetes;
  if (choices === undefined || source.kind !== 'auto')
    throw new Error('the source of Kubernetes is no question');
  const names = [...new Set([...hosts, inventory.cluster.firstControlPlane])];
  const { version } = inventory.cluster.kubernetes;
  const question = siteQuestion(source.packages.site, inventory.downloads);
  const answers = await askForSource(connector, names, question, signal);
  const choice = decideSource(version, question, answers, names.length);
  return { cluster: { ...cluster, kubernetes: choices[choice.kind] }, choice };
}

function siteQuestion(site: string, downloads: DownloadSettings | undefined): SiteQuestion {
  if (downloads === undefined || goesDirectly(new URL(site), downloads.noProxy)) return { site };
  const { hostname, port } = new URL(downloads.proxy);
  return { site, proxy: `${hostname}:${port === '' ? 80 : port}` };
}
