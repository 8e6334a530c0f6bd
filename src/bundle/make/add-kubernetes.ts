// Kubernetes itself into a bundle: programs of a site, packages of a repository, or what was compiled.
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { count } from '../../core/count.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { Report } from '../../local/report.ts';
import { digestFile } from '../digest.ts';
import { fetchPrograms } from '../fetch-programs.ts';
import type { BundleFile } from '../manifest.ts';
import { programRequest } from './contents.ts';
import { kubernetesEntry, kubernetesFolder, openKubernetesRepository } from './kubernetes-packages.ts';
import { howMany, type Making, type MakingStage } from './making.ts';
import { onDisk } from './on-disk.ts';
import type { PackageSite, ProgramSite } from './request.ts';

/** The part of the work that brings Kubernetes. */
export function kubernetesStage(making: Making): MakingStage {
  const { from, version } = making.request;
  switch (from.kind) {
    case 'binaries':
      return {
        title: `Programs of Kubernetes ${version}`,
        run: (...how) => addPrograms(making, from, ...how),
      };
    case 'packages':
      return {
        title: `Packages of Kubernetes ${version}`,
        run: (...how) => addPackages(making, from, ...how),
      };
    case 'modules':
      return {
        title: `Kubernetes ${version} as it was compiled`,
        run: (...how) => addCompiled(making, ...how),
      };
  }
}

async function addPrograms(
  making: Making,
  from: ProgramSite,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const { request, contents } = making;
  let missing = 0;
  for (const program of contents.programs) {
    await addCopy(making, { ...program, path: `bin/${program.name}` }, async () => {
      missing += 1;
      const asked = programRequest(request, from, request.architecture, { whole: true, report, signal });
      const own = asked.programs.filter(({ name }) => name === program.name);
      await fetchPrograms({ ...asked, programs: own });
      return { path: join(asked.directory, program.name), isKept: true };
    });
  }
  return howMany(missing, contents.programs.length);
}

async function addCompiled(making: Making, report: Report, signal: AbortSignal): Promise<string> {
  const { compiled } = making.contents;
  let missing = 0;
  for (const { entry, source } of compiled) {
    signal.throwIfAborted();
    report(entry.name);
    await addCopy(making, entry, async () => {
      missing += 1;
      return { path: source, isKept: false };
    });
  }
  return howMany(missing, compiled.length, 'copied');
}

interface CopySource {
  /** On this machine. */
  readonly path: string;
  /** Whether it was kept of an earlier call, and can be fetched again. */
  readonly isKept: boolean;
}

/** Makes a file that the bundle lacks the copy of another, which is asked for only then. */
async function addCopy(
  { directory, fetched, files }: Making,
  wanted: BundleFile,
  source: () => Promise<CopySource>,
): Promise<void> {
  const held = await fetched.held(wanted.path);
  if (held?.sha256 === wanted.sha256) {
    files.push(held);
    return;
  }
  const from = await source();
  const target = join(directory, wanted.path);
  await copyWhole(from.path, target, wanted.kind === 'binary' ? 0o755 : 0o644);
  const digest = await digestFile(target);
  // What was kept of an earlier call may have been changed since.
  if (digest.sha256 !== wanted.sha256) {
    await rm(target);
    if (from.isKept) await rm(from.path, { force: true });
    throw new BootstrapError('download.failed', `${from.path} has changed since it was made or fetched`, {
      hint: from.isKept
        ? 'It was removed. The same command fetches it again.'
        : `Remove its directory, and the same command makes it again: ${dirname(from.path)}`,
    });
  }
  const entry = { ...wanted, ...digest };
  await fetched.add(entry);
  files.push(entry);
}

/** By a temporary name. */
async function copyWhole(from: string, to: string, mode: number): Promise<void> {
  await onDisk(dirname(to), async () => {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, `${to}.part`);
    await chmod(`${to}.part`, mode);
    await rename(`${to}.part`, to);
  });
}

async function addPackages(
  { request, contents, directory, fetched, files }: Making,
  from: PackageSite,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const packages = contents.kubernetesPackages;
  const looked = await Promise.all(
    packages.map(async (item) => ({ item, held: await fetched.held(kubernetesEntry(item).path) })),
  );
  const missing = looked.flatMap(({ item, held }) => (held === undefined ? [item] : []));
  const folder = join(directory, kubernetesFolder);
  await onDisk(directory, () => mkdir(folder, { recursive: true }));
  if (missing.length > 0) {
    report(`fetching ${count(missing.length, 'package')}`);
    const repository = await openKubernetesRepository(request, from, request.architecture, report, signal);
    await repository.fetch(missing, folder);
  }
  for (const { item, held } of looked) {
    const entry = kubernetesEntry(item);
    const file = held ?? { ...entry, ...(await digestFile(join(directory, entry.path))) };
    await fetched.add(file);
    files.push(file);
  }
  return howMany(missing.length, packages.length);
}
