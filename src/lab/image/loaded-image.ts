// Puts the bundle's container images into the disk image once, so that not every node has to import them.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleManifest, manifestFileName } from '../../bundle/manifest.ts';
import { BootstrapError } from '../../core/errors.ts';
import { packagePath } from '../../core/package-root.ts';
import { renderTemplate } from '../../render/template.ts';
import { cached, type CacheEntry } from '../cache.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { allowedCpus } from '../machine/cpu-plan.ts';
import { nodeImage } from '../node/boot-files.ts';
import { consoleTail } from '../node/console.ts';
import { killProcess, runningSession, startProcess } from '../node/process.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { nodeFiles } from '../state/files.ts';

/** Name of the cache entries. */
export const nodeImageName = 'node-image';

/** To be raised when the code of this file changes what comes out. */
const recipe = 2;

/** MiB. */
const memory = 2048;

/**
 * The cache entry of the image in `base` with the images of the bundle, apart from those of workloads, which `up` is
 * to bring to the nodes itself. Takes a minute or two: the image's own kernel and containerd do it.
 */
export async function loadedImage(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
  base: string,
  bundle: string,
): Promise<CacheEntry> {
  const { cacheRoot, report, signal } = context;
  const script = await readFile(packagePath('templates/lab/import-images.sh.liquid'), 'utf8');
  const key = { recipe, script, base: basename(base), bundle: basename(bundle) };
  const build = async (directory: string) => {
    const [from, to] = [nodeImage(base), nodeImage(directory)];
    await copyFile(from.kernel, to.kernel);
    await runProgram('cp', ['--sparse=always', '--reflink=auto', from.disk, to.disk], { signal });
    const work = join(directory, 'work');
    await mkdir(work);
    await importImages(work, directory, bundle, context);
    await rm(work, { recursive: true });
  };
  return cached({ root: cacheRoot, name: nodeImageName, key }, build, { signal, report });
}

async function importImages(
  work: string,
  image: string,
  bundle: string,
  context: Pick<BuildContext, 'report' | 'signal'>,
): Promise<void> {
  const images = await imagesToLoad(bundle);
  const script = renderTemplate('lab/import-images.sh', { directory: bundle, images });
  await writeFile(join(work, 'task'), script);
  const files = nodeFiles(join(work, 'node'));
  const { kernel, disk } = nodeImage(image);
  const [cpu = 0] = await allowedCpus();
  const builder = { kernel, disk, cpu, memory, words: [`lab.task=${work}`] };
  try {
    await startProcess(undefined, files, builder);
    await taskEnds(work, files.console, () => runningSession(files), context);
  } finally {
    await killProcess(files);
  }
}

/** Paths within the bundle. */
async function imagesToLoad(bundle: string): Promise<readonly string[]> {
  const text = await readFile(join(bundle, manifestFileName), 'utf8');
  const { files } = bundleManifest.parse(JSON.parse(text));
  return files.flatMap((file) => (file.kind === 'image' && file.use !== 'workload' ? [file.path] : []));
}

const pollMs = 250;

/** Waits until the image's kernel has ended, reporting what the task prints. */
async function taskEnds(
  work: string,
  console: string,
  running: () => Promise<unknown>,
  { report, signal }: Pick<BuildContext, 'report' | 'signal'>,
): Promise<void> {
  const output = async () => readFile(join(work, 'output'), 'utf8').catch(() => '');
  let last = '';
  while ((await running()) !== undefined) {
    throwIfInterrupted(signal);
    const line = (await output()).trimEnd().split('\n').at(-1) ?? '';
    if (line !== '' && line !== last) report(line);
    last = line;
    await sleep(pollMs);
  }
  const status = await readFile(join(work, 'status'), 'utf8').catch(() => 'none');
  if (status.trim() === '0') return;
  throw new BootstrapError('lab.failed', `container images could not be put into the disk image`, {
    detail: [await output(), await consoleTail(console)].join('\n').trim(),
  });
}
