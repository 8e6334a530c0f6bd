// Where `source: auto` leads on these hosts.
import { ErrorList } from '../core/errors.ts';
import type { HostConnector } from '../core/host.ts';
import { isUnreached } from '../download/failure.ts';
import { goesDirectly } from '../download/no-proxy.ts';
import type { DownloadSettings } from '../inventory/resolve-downloads.ts';
import type { Cluster } from './cluster.ts';
import {
  askForSource,
  decideSource,
  type HostAnswer,
  type SiteQuestion,
  type SourceChoice,
} from './kubernetes/choose-source.ts';
import type { KubernetesFiles } from './kubernetes/kubernetes-source.ts';
import type { Reading } from './kubernetes/reading.ts';

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
  reading: Reading,
): Promise<SettledSource> {
  const { inventory, kubernetes } = cluster;
  const { source } = inventory;
  const { choices } = kubernetes;
  if (choices === undefined || source.kind !== 'auto')
    throw new Error('the source of Kubernetes is no question');
  const names = [...new Set([...hosts, inventory.cluster.firstControlPlane])];
  const { version } = inventory.cluster.kubernetes;
  const question = siteQuestion(source.packages.site, inventory.downloads);
  const answers = await askForSource(connector, names, question, reading.signal);
  const choice = decideSource(version, question, answers, names.length);
  const chosen = { kubernetes: choices[choice.kind], choice };
  const isNew = choice.kind === 'packages' && hasNothing(cluster, answers);
  const settled = isNew ? await packagesOrPrograms(choices, choice, reading) : chosen;
  return { cluster: { ...cluster, kubernetes: settled.kubernetes }, choice: settled.choice };
}

/** Only then may this machine have a say: an outage must not make a cluster of two kinds. */
function hasNothing({ inventory }: Cluster, answers: readonly HostAnswer[]): boolean {
  return inventory.hosts.every(({ name }) =>
    answers.some(({ host, origin }) => host === name && origin.origin === null),
  );
}

/**
 * The packages, whose key this machine fetches; or programs, where it cannot.
 * @throws ErrorList when it can fetch neither; BootstrapError for a key that is not to be believed
 */
async function packagesOrPrograms(
  { packages, binaries }: NonNullable<KubernetesFiles['choices']>,
  choice: SourceChoice,
  reading: Reading,
): Promise<{ readonly kubernetes: KubernetesFiles; readonly choice: SourceChoice }> {
  try {
    const offer = await packages.read(reading);
    return { kubernetes: { ...packages, read: async () => offer }, choice };
  } catch (error) {
    if (!isUnreached(error)) throw error;
    const because = `the hosts could take packages, but their key does not come: ${error.message}`;
    try {
      await binaries.read({ ...reading, whole: false });
      return { kubernetes: binaries, choice: { kind: 'binaries', because } };
    } catch (other) {
      throw isUnreached(other) ? new ErrorList([error, other]) : other;
    }
  }
}

function siteQuestion(site: string, downloads: DownloadSettings | undefined): SiteQuestion {
  if (downloads === undefined || goesDirectly(new URL(site), downloads.noProxy)) return { site };
  const { hostname, port } = new URL(downloads.proxy);
  return { site, proxy: `${hostname}:${port === '' ? 80 : port}` };
}
