// `source: auto`: packages or programs, by what the hosts are, what they reach, and what they have already.
import type { HostConnector } from '../../core/host.ts';
import { ask, type FactQuery } from '../../facts/fact.ts';
import { osRelease, type OsRelease } from '../../facts/host/os-release.ts';
import { kubernetesOrigin, type KubernetesOrigin } from '../../facts/kubernetes/kubernetes-origin.ts';
import { publicPackages } from '../../kube/package-repository.ts';
import { isSince, minorOf, parseVersion } from '../../kube/version.ts';
import { findFamily } from '../../platform/distributions.ts';

export type ChosenKind = 'packages' | 'binaries';

export interface SourceChoice {
  readonly kind: ChosenKind;
  /** Half a sentence. */
  readonly because: string;
}

/** Whether hosts reach a site. */
export interface SiteQuestion {
  readonly site: string;
  /** `HOST:PORT` on the way to it. */
  readonly proxy?: string;
}

export interface HostAnswer {
  readonly host: string;
  readonly os: OsRelease;
  readonly origin: KubernetesOrigin;
}

/**
 * The choice. What hosts have already decides for all, so that an outage never makes a cluster of two kinds.
 * @param answers of the hosts that answered; those that did not stop the run later, with their reason
 * @param asked how many were asked
 */
export function decideSource(
  version: string,
  { site, proxy }: SiteQuestion,
  answers: readonly HostAnswer[],
  asked = answers.length,
): SourceChoice {
  const made = answers.find(({ origin }) => origin.origin !== null);
  if (made !== undefined) return madeWith(made);
  const placed = parseVersion(version);
  if (!isSince(placed, publicPackages.first)) {
    const because = `there are packages from v${publicPackages.first} on, and this is v${minorOf(placed)}`;
    return { kind: 'binaries', because };
  }
  const other = answers.find(({ os }) => findFamily(os.id, os.idLike) !== 'debian');
  if (other !== undefined) {
    return {
      kind: 'binaries',
      because: `${other.host} is ${other.os.prettyName}, and only apt was tried with packages`,
    };
  }
  const name = new URL(site).host + (proxy === undefined ? '' : ` through the proxy ${proxy}`);
  const cut = answers.find(({ origin }) => origin.reachesSite === false);
  if (cut !== undefined) return { kind: 'binaries', because: `${cut.host} does not reach ${name}` };
  const isWhole = answers.length === asked;
  const who = isWhole ? 'all hosts' : `${answers.length} of ${asked} hosts answered, and they`;
  return { kind: 'packages', because: `${who} have apt and reach ${name}` };
}

function madeWith({ host, origin: { origin } }: HostAnswer): SourceChoice {
  if (origin === 'packages') return { kind: 'packages', because: `${host} has its Kubernetes from there` };
  return { kind: 'binaries', because: `${host} has its programs from there` };
}

/**
 * Asks the hosts, all at once. Those that cannot be asked are left out.
 * @throws BootstrapError of the first, when none can be asked
 */
export async function askForSource(
  connector: HostConnector,
  hosts: readonly string[],
  { site, proxy }: SiteQuestion,
  signal: AbortSignal,
): Promise<readonly HostAnswer[]> {
  const { hostname, port, protocol } = new URL(site);
  const known = protocol === 'https:' ? 443 : 80;
  const place = { host: hostname, port: port === '' ? known : Number(port) };
  const way = proxy === undefined ? {} : { proxy, isPlain: protocol === 'http:' };
  const origin = ask(kubernetesOrigin, { ...place, ...way });
  const os = ask(osRelease);
  const asked = hosts.map(async (name): Promise<HostAnswer> => {
    const host = await connector.connect(name, signal);
    const answer = async <Value>(query: FactQuery<Value>) =>
      query.parse(await host.run({ command: query.command, timeoutMs: query.timeoutMs, signal }));
    const [system, found] = await Promise.all([answer(os), answer(origin)]);
    return { host: name, os: system, origin: found };
  });
  const settled = await Promise.allSettled(asked);
  signal.throwIfAborted();
  const [first] = settled;
  if (first?.status === 'rejected' && settled.every(({ status }) => status === 'rejected'))
    throw first.reason;
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
