// Builds the disk image of a plain Debian server for lab nodes, with the modules of the kernel that boots it.
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packagePath } from '../../core/package-root.ts';
import type { CacheEntry } from '../cache.ts';
import { cachedFromDebian, type BuildContext } from '../debian/cached-build.ts';
import { resolveClosure } from '../../local/debian/resolve.ts';
import { kernelName, modulesName } from '../kernel/kernel-files.ts';
import { nodeImage } from '../node/boot-files.ts';
import { runProgram, type ProgramOptions } from '../../local/programs/program.ts';
import { removeTree } from '../../local/programs/remove-tree.ts';
import { containerdPaths } from './containerd-programs.ts';
import { nodeBasePackages } from './packages.ts';

/** Debian packages that the machine itself needs for this. */
export const imageMachinePackages = ['mmdebstrap', 'e2fsprogs'] as const;

/** To be raised when the code of this file changes what comes out. */
const recipe = 3;

/** Only written blocks take space on the machine. */
const diskSize = '8G';

/** What no program on a node reads. */
const leaveOut = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'];

export interface BaseParts {
  /** Directory with the kernel and its modules. */
  readonly kernel: string;
  /** Directory with the programs that take the place of Debian's containerd, if it is to be another. */
  readonly containerd: string | undefined;
}

/** The cache entry with the disk image, of the context's release of Debian, and the kernel; takes about a minute. */
export async function baseImage(context: BuildContext, parts: BaseParts): Promise<CacheEntry> {
  const { apt, signal } = context;
  const { kernel, containerd } = parts;
  const install = ['?essential', '?priority(required)', 'apt', ...nodeBasePackages];
  const resolveKey = async () => ({
    recipe,
    diskSize,
    leaveOut,
    kernel: basename(kernel),
    ...(containerd === undefined ? {} : { containerd: basename(containerd) }),
    files: await digestFiles(),
    root: await resolveClosure(apt, { install }, signal),
  });
  return cachedFromDebian(context, 'base-image', resolveKey, async (directory) => {
    const image = nodeImage(directory);
    await copyFile(join(kernel, kernelName), image.kernel);
    const root = join(directory, 'root');
    await bootstrap(context, root);
    await makeDisk(context, root, parts, image.disk);
    await removeTree(root);
  });
}

async function bootstrap({ apt, release, report, signal }: BuildContext, root: string): Promise<void> {
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
  const args = [...options, release, root, apt.sourcesFile];
  // It mounts the machine's /sys and /dev in the tree. Nobody else may see that, least of all who removes the tree.
  await runProgram('unshare', ['--mount', 'mmdebstrap', ...args], { asRoot: true, report, signal });
}

async function makeDisk(
  { report, signal }: BuildContext,
  root: string,
  { kernel, containerd }: BaseParts,
  disk: string,
): Promise<void> {
  const options: ProgramOptions = { asRoot: true, signal };
  report('preparing the root file system');
  const lab = packagePath('templates/lab');
  const script = ['-eu', join(lab, 'prepare-root.sh'), root, join(lab, 'rootfs'), join(kernel, modulesName)];
  const programs = containerd === undefined ? [] : containerdPaths(containerd);
  await runProgram('sh', [...script, ...programs], options);
  report('writing the disk image');
  const args = ['-q', '-F', '-t', 'ext4', '-L', 'lab', '-E', 'assume_storage_prezeroed=1', '-d', root, disk];
  await runProgram('mke2fs', [...args, diskSize], options);
  await runProgram('chown', [`${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`, disk], options);
}

/** Of the files of our own that get into the disk. */
async function digestFiles(): Promise<string> {
  const lab = packagePath('templates/lab');
  const entries = await readdir(join(lab, 'rootfs'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of [...files.sort(), join(lab, 'prepare-root.sh')]) {
    hash.update(`${file.slice(lab.length)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}
