// Asks apt which packages, in which versions, an installation would need; nothing is installed or downloaded.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BootstrapError } from '../../core/errors.ts';
import { runProgram } from '../programs/program.ts';
import { remembered, type OwnApt, type PrivateApt } from './private-apt.ts';
import { writeWhole } from '../write-whole.ts';

export const debianPackage = z.object({ name: z.string(), version: z.string(), fileName: z.string() });

/** One .deb file of the archive. */
export type DebianPackage = Readonly<z.infer<typeof debianPackage>>;

export interface ClosureRequest {
  /** Package names, or apt patterns such as `?essential`. */
  readonly install: readonly string[];
  /** Packages to leave out together with all that only they need. */
  readonly without?: readonly string[];
}

/** The packages that `install` consists of on a machine that has none yet: dependencies yes, recommendations no. */
export async function resolveClosure(
  apt: PrivateApt,
  request: ClosureRequest,
  signal: AbortSignal,
): Promise<readonly DebianPackage[]> {
  const without = request.without ?? [];
  const question = ['closure', ...request.install, '--', ...without];
  return remembered(apt, question, z.array(debianPackage), async () => {
    const status = await writeStatus(apt, without);
    const args = ['install', '--print-uris', `-oDir::State::status=${status}`, ...request.install];
    return parsePackageFiles(await apt.aptGet(args, { signal }));
  });
}

/** The version of a source package. */
export async function resolveSource(apt: PrivateApt, name: string, signal: AbortSignal): Promise<string> {
  return remembered(apt, ['source', name], z.string(), async () => {
    const args = ['source', '--download-only', '--print-uris', name];
    const version = parseSourceVersion(await apt.aptGet(args, { cwd: apt.directory, signal }));
    if (version !== undefined) return version;
    throw new BootstrapError('command.failed', `Debian has no source package ${name} in this release`);
  });
}

/** Downloads and verifies .deb files into `directory`; the file names are those of the packages. */
export async function downloadPackages(
  apt: OwnApt,
  packages: readonly DebianPackage[],
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const wanted = packages.map(({ name, version }) => `${name}=${version}`);
  await apt.aptGet(['download', ...wanted], { cwd: directory, signal });
}

/** Whether the lists have a package of exactly this name. */
export async function hasPackage(apt: PrivateApt, name: string, signal: AbortSignal): Promise<boolean> {
  const names = await runProgram('apt-cache', [`-c=${apt.configuration}`, 'pkgnames', name], { signal });
  return names.split('\n').includes(name);
}

/** Downloads and verifies the newest .deb of one package into the empty `directory`; returns the file's name. */
export async function downloadPackage(
  apt: PrivateApt,
  name: string,
  directory: string,
  signal: AbortSignal,
): Promise<string> {
  await apt.aptGet(['download', name], { cwd: directory, signal });
  const [file] = await readdir(directory);
  if (file !== undefined) return file;
  throw new BootstrapError('command.failed', `apt did not download the package ${name}`);
}

/** Parses `'URI' FILE SIZE HASH` lines, as apt-get --print-uris writes them. Other lines are ignored. */
export function parsePackageFiles(output: string): readonly DebianPackage[] {
  return output.split('\n').flatMap((line) => {
    const match = /^'[^']+' (([^_ ]+)_([^_ ]+)_[^_ ]+\.deb) \d+ /.exec(line);
    if (match === null) return [];
    const [, fileName = '', name = '', version = ''] = match;
    return [{ name, version: decodeURIComponent(version), fileName }];
  });
}

/** The version in the name of the .dsc file among `--print-uris` lines; an epoch is not part of that. */
export function parseSourceVersion(output: string): string | undefined {
  return /' [^_ ]+_([^_ ]+)\.dsc \d+ /.exec(output)?.[1];
}

/** A dpkg status file in which the given packages are installed, so that apt does not add them. */
async function writeStatus(apt: PrivateApt, installed: readonly string[]): Promise<string> {
  if (installed.length === 0) return join(apt.directory, 'no-packages');
  const text = installed.map(installedParagraph).join('\n');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const file = join(apt.directory, `assumed-${hash}`);
  await writeWhole(file, text);
  return file;
}

function installedParagraph(name: string): string {
  return [
    `Package: ${name}`,
    'Status: install ok installed',
    'Architecture: all',
    'Multi-Arch: foreign',
    // Higher than any real one, so that every dependency on the package is satisfied.
    'Version: 9999:1',
    'Maintainer: none <none@localhost>',
    'Description: assumed to be there',
    '',
  ].join('\n');
}
