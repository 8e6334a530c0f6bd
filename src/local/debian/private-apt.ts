// An apt of our own, mostly for one Debian release: own lists and cache, the machine's sources and dpkg state untouched.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { BootstrapError } from '../../core/errors.ts';
import { runProgram, throwIfInterrupted, type ProgramOptions } from '../programs/program.ts';
import type { Report } from '../report.ts';
import { findDebianMirror, releaseSources } from './debian-mirror.ts';
import { writeWhole } from '../write-whole.ts';

/** Works without root, and on any Debian whatever its own release. */
export interface OwnApt {
  readonly directory: string;
  /** apt.conf, for `-c`. */
  readonly configuration: string;
  /** Runs `apt-get ARGS` with this configuration and returns its standard output. */
  aptGet(args: readonly string[], options: ProgramOptions): Promise<string>;
}

/** One that knows a release of Debian. */
export interface PrivateApt extends OwnApt {
  /** deb822 file with the binary packages' sources only, as mmdebstrap takes it. */
  readonly sourcesFile: string;
}

/**
 * Prepares the configuration under `cacheRoot`, without any access to the network.
 * @param architecture whose packages are meant; by default this machine's
 * @throws BootstrapError `preflight.failed` when the machine has no Debian package source
 */
export async function openPrivateApt(
  cacheRoot: string,
  release: string,
  architecture?: string,
): Promise<PrivateApt> {
  const mirror = await findDebianMirror();
  const binary = releaseSources(mirror, release, 'deb');
  const source = releaseSources(mirror, release, 'deb-src');
  const directory = join(cacheRoot, ['apt', release, ...list(architecture), shortHash(binary)].join('-'));
  const sources = { 'debian.sources': binary, 'debian-source.sources': source };
  const apt = await prepareApt(directory, { sources, architecture });
  return { ...apt, sourcesFile: join(directory, 'sources', 'debian.sources') };
}

export interface AptPreparation {
  /** deb822 texts by the names of their files. */
  readonly sources: Readonly<Record<string, string>>;
  readonly architecture?: string | undefined;
  /** More of apt's settings, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** An apt that knows nothing but these sources, without any access to the network. */
export async function prepareApt(
  directory: string,
  { sources, architecture, settings = {} }: AptPreparation,
): Promise<OwnApt> {
  for (const name of ['sources', 'lists/partial', 'archives/partial', 'resolved']) {
    await mkdir(join(directory, name), { recursive: true });
  }
  await writeWhole(join(directory, 'no-packages'), '');
  for (const [name, text] of Object.entries(sources)) {
    await writeWhole(join(directory, 'sources', name), text);
  }
  const configuration = join(directory, 'apt.conf');
  await writeWhole(configuration, aptConfiguration(directory, architecture, settings));
  return {
    directory,
    configuration,
    aptGet: (args, options) => runProgram('apt-get', [`-c=${configuration}`, '-q', ...args], options),
  };
}

const stampName = 'lists-updated';

/** Hours since the package lists were last fetched; infinite if never. */
export async function listsAge(apt: PrivateApt): Promise<number> {
  const stamp = await stat(join(apt.directory, stampName)).catch(() => undefined);
  return stamp === undefined ? Infinity : (Date.now() - stamp.mtimeMs) / 3_600_000;
}

/** @throws BootstrapError with what apt says */
export async function updateLists(
  { directory, configuration }: OwnApt,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const update = ['apt-get', `-c=${configuration}`, '-q', 'update', '--error-on=any'];
  // apt-get itself gives up when another one is reading the same lists; flock waits.
  await runProgram('flock', [join(directory, 'lock'), ...update], { report, signal });
}

/** Fetches the package lists and forgets what was resolved from older ones. */
export async function refreshLists(apt: PrivateApt, report: Report, signal: AbortSignal): Promise<void> {
  try {
    await updateLists(apt, report, signal);
  } catch (error) {
    throwIfInterrupted(signal);
    throw new BootstrapError('download.failed', "Debian's package lists could not be fetched", {
      hint: 'What is made here is made from them, so the mirror in /etc/apt must be reachable.',
      detail: error instanceof BootstrapError ? error.detail : undefined,
      cause: error,
    });
  }
  const resolved = join(apt.directory, 'resolved');
  for (const name of await readdir(resolved)) await rm(join(resolved, name), { force: true });
  await writeFile(join(apt.directory, stampName), '');
}

/** Remembers `compute`'s answer for `question` until the lists are refreshed. */
export async function remembered<T>(
  apt: PrivateApt,
  question: readonly string[],
  schema: z.ZodType<T>,
  compute: () => Promise<T>,
): Promise<T> {
  const file = join(apt.directory, 'resolved', `${shortHash(JSON.stringify(question))}.json`);
  const stored = await readFile(file, 'utf8').catch(() => undefined);
  if (stored !== undefined) return schema.parse(JSON.parse(stored));
  const answer = await compute();
  await writeWhole(file, JSON.stringify(answer));
  return answer;
}

/**
 * Given by `-c`, as that is read after the machine's own apt.conf.d, from which proxies and the like still count.
 * Sandbox user: apt as root would else fetch as a user who may not write below root's home.
 */
function aptConfiguration(
  directory: string,
  architecture: string | undefined,
  more: Readonly<Record<string, string>>,
): string {
  const settings = {
    'Dir::State': directory,
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::State::status': join(directory, 'no-packages'),
    'Dir::Cache': directory,
    'Dir::Cache::archives': join(directory, 'archives'),
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'Dir::Cache::srcpkgcache': 'srcpkgcache.bin',
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': join(directory, 'sources'),
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    ...more,
  };
  const hooks = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success'];
  const target = list(architecture).flatMap((name) => [
    `APT::Architecture "${name}";`,
    '#clear APT::Architectures;',
    `APT::Architectures { "${name}"; };`,
  ]);
  return [
    ...target,
    ...hooks.map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    '',
  ].join('\n');
}

function list<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
