// Programs and releases fetched from their sites, or told to hosts that fetch them.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ProgramRequest, SitedProgram } from '../../bundle/fetch-programs.ts';
import type { BundleFile } from '../../bundle/manifest.ts';
import {
  runtimeFile,
  runtimeParts,
  runtimeVersions,
  type RuntimePart,
} from '../../bundle/runtime-releases.ts';
import { defined } from '../../core/defined.ts';
import type { ProgramSource, RuntimeSource } from '../../inventory/resolve.ts';
import { parseVersion } from '../../kube/version.ts';
import { hostDownloads, type HostDownloads } from './host-downloads.ts';
import type { KubernetesOffer } from './kubernetes-source.ts';
import type { Reading } from './reading.ts';
import type { RuntimeOffer } from './runtime-source.ts';

export interface Fetched {
  readonly files: readonly BundleFile[];
  /** When the hosts fetch, who are told where from; nothing else of the files is here then. */
  readonly told: { readonly downloads?: HostDownloads };
}

interface FetchedSite extends Pick<ProgramSource, 'ca' | 'fetch'> {
  /** Asked for its login, where it may want one. */
  readonly loginSite?: ProgramRequest['site'];
}

/**
 * The files as they are to be on the hosts, whoever fetches them.
 * @throws BootstrapError `download.failed`, `file.unreadable` or `interrupted`
 */
export async function fetchSited(
  { ca, fetch, loginSite: site }: FetchedSite,
  programs: readonly SitedProgram[],
  directory: string,
  reading: Reading,
): Promise<Fetched> {
  // Nobody else loads what fetches.
  const { fetchPrograms } = await import('../../bundle/fetch-programs.ts');
  if (fetch === 'controller') {
    return { files: await fetchPrograms({ ...reading, directory, ca, programs, site }), told: {} };
  }
  const how = { whole: false, keepDigests: reading.whole };
  const files = await fetchPrograms({ ...reading, ...how, directory, ca, programs, site });
  return { files, told: { downloads: await hostDownloads(programs, ca) } };
}

/** What the packages of Kubernetes need is installed with them. */
const alongPackages: ReadonlySet<RuntimePart> = new Set(['cni-plugins', 'crictl']);

/**
 * @param known what is known without them
 * @throws BootstrapError `download.failed`, `file.unreadable` or `interrupted`
 */
export async function fetchReleases(
  source: RuntimeSource,
  version: string,
  { packages }: KubernetesOffer,
  known: RuntimeOffer,
  reading: Reading,
): Promise<RuntimeOffer> {
  const { site } = source;
  const versions = { ...runtimeVersions(parseVersion(version)), ...defined(source.versions) };
  const parts = runtimeParts.filter((part) => packages === null || !alongPackages.has(part));
  const files = parts.map((part) => runtimeFile(part, site, known.architecture ?? 'amd64', versions));
  const directory = join(reading.cacheDirectory, cacheName(site));
  const { files: fetched, told } = await fetchSited(source, files, directory, reading);
  const releases = fetched.flatMap(({ sha256, size }, index) => {
    const sited = files[index];
    if (sited === undefined) return [];
    const { part, name, directory: to, program = null } = sited;
    return [{ part, name, sha256, size, directory: to, program }];
  });
  return { ...known, directory, releases, ...told };
}

/** What one site has sent is no other's. */
function cacheName(site: string): string {
  return `runtime-${createHash('sha256').update(site).digest('hex').slice(0, 8)}`;
}
