// The work of making a bundle from its list, in parts that a person sees as a line each.
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { count } from '../../core/count.ts';
import { BootstrapError } from '../../core/errors.ts';
import { downloadPackages } from '../../local/debian/resolve.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { throwIfInterrupted } from '../../local/programs/program.ts';
import type { Report } from '../../local/report.ts';
import { digestFile } from '../digest.ts';
import type { BundleFile } from '../manifest.ts';
import { withSkopeo } from '../registry/skopeo.ts';
import { kubernetesStage } from './add-kubernetes.ts';
import { openBundleApt, type ReleasePackages } from './contents.ts';
import { imagePath } from './image-path.ts';
import { howMany, type Making, type MakingStage } from './making.ts';
import { onDisk } from './on-disk.ts';
import { packageEntry, packageFolder } from './packages.ts';

export function makingStages(making: Making): readonly MakingStage[] {
  return [
    kubernetesStage(making),
    { title: 'Container images', run: (...how) => addImages(making, ...how) },
    ...making.contents.packages.map((set) => ({
      title: `Packages of Debian ${set.release}`,
      run: (report: Report, signal: AbortSignal) => addRelease(making, set, report, signal),
    })),
    { title: 'Compare all checksums', run: (...how) => compareAll(making, ...how) },
  ];
}

async function addImages(making: Making, report: Report, signal: AbortSignal): Promise<string> {
  const { request, contents, directory, fetched, files } = making;
  await onDisk(directory, () => mkdir(join(directory, 'images'), { recursive: true }));
  if (contents.images.length === 0) return 'none';
  const missing = await withSkopeo(request.registries, signal, async (skopeo) => {
    let pulled = 0;
    for (const { name, use, digest } of contents.images) {
      const path = imagePath(name);
      const held = await fetched.held(path);
      const isThere = held?.kind === 'image' && held.digest === digest;
      if (!isThere) {
        pulled += 1;
        report(`fetching ${name}`);
        const part = `${path}.part`;
        // Of an interrupted call; skopeo adds to an archive that is there.
        await rm(join(directory, part), { force: true });
        const wanted = { directory, path: part, name, digest, architecture: request.architecture };
        await skopeo.pull(
          wanted,
          (line) => {
            report(`fetching ${name}: ${line}`);
          },
          signal,
        );
        await onDisk(directory, () => rename(join(directory, part), join(directory, path)));
      }
      const content = isThere ? held : await digestFile(join(directory, path));
      const { sha256, size } = content;
      const entry: BundleFile = { kind: 'image', name, use, digest, path, sha256, size };
      await fetched.add(entry);
      files.push(entry);
    }
    return pulled;
  });
  return howMany(missing, contents.images.length);
}

async function addRelease(
  making: Making,
  { release, packages }: ReleasePackages,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const { request, directory, fetched, files } = making;
  const folder = join(directory, packageFolder(release));
  await onDisk(directory, () => mkdir(folder, { recursive: true }));
  const looked = await Promise.all(
    packages.map(async (item) => ({ item, held: await fetched.held(packageEntry(release, item).path) })),
  );
  const missing = looked.flatMap(({ item, held }) => (held === undefined ? [item] : []));
  if (missing.length > 0) {
    report(`fetching ${count(missing.length, 'package')}`);
    const apt = await openBundleApt(request, release, report, signal);
    await downloadPackages(apt, missing, folder, signal).catch((error: unknown) => {
      throwIfInterrupted(signal);
      throw packagesFailed(release, error);
    });
  }
  const entries: BundleFile[] = [];
  for (const { item, held } of looked) {
    const entry = packageEntry(release, item);
    entries.push(held ?? { ...entry, ...(await digestFile(join(directory, entry.path))) });
  }
  await fetched.add(...entries);
  files.push(...entries);
  return howMany(missing.length, packages.length);
}

function packagesFailed(release: string, cause: unknown): BootstrapError {
  const detail = saidBy(cause);
  const isFull = /no space left on device|enough free space/i.test(detail);
  return new BootstrapError('download.failed', `the packages of Debian ${release} cannot be fetched`, {
    hint: isFull
      ? 'The disk is full. Make room, or choose another directory; the same command goes on from here.'
      : 'Is the mirror in /etc/apt reachable, and is it whole? The same command goes on from here.',
    detail,
    cause,
  });
}

/** Everything is read once more: what a disk has lost meanwhile is not to be found out in the room without internet. */
async function compareAll(making: Making, report: Report, signal: AbortSignal): Promise<string> {
  const { directory, fetched, files } = making;
  for (const { path, sha256 } of files) {
    signal.throwIfAborted();
    report(path);
    if ((await digestFile(join(directory, path))).sha256 === sha256) continue;
    await fetched.forget(path);
    await rm(join(directory, path));
    throw new BootstrapError('download.failed', `${join(directory, path)} has changed since it was fetched`, {
      hint: 'It was removed. The same command fetches it again.',
    });
  }
  await removeParts(directory);
  return count(files.length, 'file');
}

/** Of images that this call did not want any more. */
async function removeParts(directory: string): Promise<void> {
  for (const name of await readdir(join(directory, 'images'))) {
    if (name.endsWith('.part')) await rm(join(directory, 'images', name));
  }
}
