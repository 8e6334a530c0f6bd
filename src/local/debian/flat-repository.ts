// A repository of packages in flat form, such as pkgs.k8s.io has for each minor, by an apt of our own that knows no other.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Report } from '../report.ts';
import { writeWhole } from '../write-whole.ts';
import { prepareApt, updateLists, type OwnApt } from './private-apt.ts';
import { parsePackageFiles, type DebianPackage } from './resolve.ts';

export interface FlatRepository {
  /** With a slash at its end. */
  readonly url: string;
  /** The key that must have signed it, armored. */
  readonly key: string;
  /** PEM of those who vouch for its site; without it those that the machine knows. */
  readonly ca?: string | undefined;
  readonly architecture: string;
}

/**
 * Prepares an apt for the repository under `cacheRoot`, and reads its lists, whose signature apt checks.
 * @throws BootstrapError `command.failed` with what apt says
 */
export async function openFlatRepository(
  cacheRoot: string,
  { url, key, ca, architecture }: FlatRepository,
  report: Report,
  signal: AbortSignal,
): Promise<OwnApt> {
  const source = flatSource(url, key);
  const mark = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const directory = join(cacheRoot, `apt-flat-${architecture}-${mark}`);
  const certificates = join(directory, 'ca.pem');
  const settings = ca === undefined ? {} : { 'Acquire::https::CaInfo': certificates };
  const apt = await prepareApt(directory, {
    sources: { 'repository.sources': source },
    architecture,
    settings,
  });
  if (ca !== undefined) await writeWhole(certificates, ca);
  await updateLists(apt, report, signal);
  return apt;
}

/** A paragraph of deb822 with the key in it: in such a value a dot stands for an empty line. */
function flatSource(url: string, key: string): string {
  const lines = key.trimEnd().split('\n');
  const value = lines.map((line) => ` ${line.trim() === '' ? '.' : line.trimEnd()}`);
  return ['Types: deb', `URIs: ${url}`, 'Suites: /', 'Signed-By:', ...value, ''].join('\n');
}

/**
 * The newest file of each wanted package.
 * @param wanted names, or `NAME=VERSION` in which `*` stands for anything
 * @throws BootstrapError `command.failed` with what apt says
 */
export async function findFlatPackages(
  apt: OwnApt,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<readonly DebianPackage[]> {
  return parsePackageFiles(await apt.aptGet(['download', '--print-uris', ...wanted], { signal }));
}
