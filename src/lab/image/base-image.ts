// Builds the disk image of a plain Debian server for lab nodes, with the kernel that boots it.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packagePath } from '../../core/package-root.ts';
import type { CacheEntry } from '../cache.ts';
import { cachedFromDebian, type BuildContext } from '../debian/cached-build.ts';
import { downloadPackages, resolveClosure, type DebianPackage } from '../debian/resolve.ts';
import { unpackPackages } from '../debian/unpack.ts';
import { runProgram, type ProgramOptions } from '../program.ts';
import { removeTree } from '../remove-tree.ts';
import { kernelName, nodeImage } from './node-image.ts';
import { nodeBasePackages, nodeRelease } from './packages.ts';

/** Debian packages that the machine itself needs for this. */
export const imageMachinePackages = ['mmdebstrap', 'e2fsprogs'] as const;

/** To be raised when the code of this file changes what comes out. */
const recipe = 1;

/** Only written blocks take space on the machine. */
const diskSize = '8G';

/** What no program on a node reads. */
const leaveOut = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'];

interface ImageParts {
  readonly root: readonly DebianPackage[];
  readonly kernel: readonly DebianPackage[];
}

/** The cache entry with the kernel and the disk image; takes about a minute and a half. */
export async function baseImage(context: BuildContext): Promise<CacheEntry> {
  const resolveKey = async () => {
    const parts = await resolveParts(context);
    return { recipe, diskSize, leaveOut, files: await digestTree(packagePath('templates/lab')), ...parts };
  };
  return cachedFromDebian(context, 'base-image', resolveKey, async (directory) => {
    const { kernel } = await resolveParts(context);
    const work = join(directory, 'work');
    const image = nodeImage(directory);
    await mkdir(work);
    await unpackKernel(context, kernel, work);
    await copyFile(join(work, 'kernel/usr/bin', kernelName), image.kernel);
    const root = join(work, 'root');
    await bootstrap(context, root);
    await makeDisk(context, root, join(work, 'kernel/usr/lib/uml/modules'), image.disk);
    await removeTree(work);
  });
}

async function resolveParts({ apt, signal }: BuildContext): Promise<ImageParts> {
  const root = { install: ['?essential', '?priority(required)', 'apt', ...nodeBasePackages] };
  // Every Debian since the one that the kernel is built for has a C library that will do.
  const kernel = { install: ['user-mode-linux'], without: ['libc6'] };
  return {
    root: await resolveClosure(apt, root, signal),
    kernel: await resolveClosure(apt, kernel, signal),
  };
}

async function unpackKernel(
  { apt, report, signal }: BuildContext,
  packages: readonly DebianPackage[],
  work: string,
): Promise<void> {
  report('downloading the kernel');
  const downloads = join(work, 'downloads');
  await mkdir(downloads);
  await downloadPackages(apt, packages, downloads, signal);
  await unpackPackages(packages, downloads, join(work, 'kernel'), signal);
}

async function bootstrap({ apt, report, signal }: BuildContext, root: string): Promise<void> {
  const options = [
    '--mode=root',
    '--variant=minbase',
    `--include=${nodeBasePackages.join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=APT::Sandbox::User "root"',
    '--dpkgopt=force-unsafe-io',
    ...leaveOut.map((path) => `--dpkgopt=path-exclude=${path}`),
  ];
  const args = [...options, nodeRelease, root, apt.sourcesFile];
  // It mounts the machine's /sys and /dev in the tree. Nobody else may see that, least of all who removes the tree.
  await runProgram('unshare', ['--mount', 'mmdebstrap', ...args], { asRoot: true, report, signal });
}

async function makeDisk(
  { report, signal }: BuildContext,
  root: string,
  modules: string,
  disk: string,
): Promise<void> {
  const options: ProgramOptions = { asRoot: true, signal };
  report('preparing the root file system');
  const lab = packagePath('templates/lab');
  const script = ['-eu', join(lab, 'prepare-root.sh'), root, join(lab, 'rootfs'), modules];
  await runProgram('sh', script, options);
  report('writing the disk image');
  const args = ['-q', '-F', '-t', 'ext4', '-L', 'lab', '-E', 'assume_storage_prezeroed=1', '-d', root, disk];
  await runProgram('mke2fs', [...args, diskSize], options);
  await runProgram('chown', [`${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`, disk], options);
}

async function digestTree(directory: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    hash.update(`${file.slice(directory.length)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}
