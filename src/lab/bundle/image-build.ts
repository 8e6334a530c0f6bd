// Builds one container image from its recipe, as a docker-archive tar. Needs neither root nor a container engine.
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { digestFile } from '../../bundle/digest.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import type { DebianPackage } from '../../local/debian/resolve.ts';
import { unpackPackages } from '../debian/unpack.ts';
import { runProgram } from '../../local/programs/program.ts';
import {
  archiveManifest,
  archiveManifestFileName,
  configurationFileName,
  imageConfiguration,
  layerFileName,
} from './image-archive.ts';
import type { ImageRecipe } from './image-recipes.ts';

export interface ImageSources {
  /** The packages of the recipe, already downloaded into `downloads`. */
  readonly packages: readonly DebianPackage[];
  readonly downloads: string;
  /** Directory with Kubernetes' programs. */
  readonly programs: string;
}

/** `kube-proxy` of `some.where/kubernetes/kube-proxy:v1.20.2`. */
export function imageShortName(name: string): string {
  return basename(name).replace(/:.*$/, '');
}

/** Parts of packages that no program in a container reads: documentation and character set tables. */
const leaveOut = ['share/doc', 'share/man', 'share/locale', 'share/lintian', 'lib/*/gconv'];

export interface ImagePlaces {
  /** A directory that does not exist yet; it is removed in the end. */
  readonly work: string;
  /** Where the image is written. */
  readonly file: string;
}

export async function buildImage(
  { signal }: Pick<BuildContext, 'signal'>,
  recipe: ImageRecipe,
  sources: ImageSources,
  { work, file }: ImagePlaces,
): Promise<void> {
  const root = join(work, 'root');
  const archive = join(work, 'archive');
  await mkdir(root, { recursive: true });
  await mkdir(archive);
  await unpackPackages(sources.packages, sources.downloads, root, signal);
  await addOwnFiles(recipe, sources, root);

  const layer = join(archive, layerFileName);
  await tar(layer, root, [...leaveOut.map((path) => `--exclude=./usr/${path}`), '.'], signal);
  const image = {
    name: recipe.name,
    entrypoint: recipe.entrypoint,
    layerDigest: (await digestFile(layer)).sha256,
  };
  const configuration = imageConfiguration(image);
  const configurationDigest = createHash('sha256').update(configuration).digest('hex');
  await writeFile(join(archive, configurationFileName(configurationDigest)), configuration);
  await writeFile(join(archive, archiveManifestFileName), archiveManifest(image, configurationDigest));
  // containerd reads the archive from front to back, but in any order.
  await tar(file, archive, ['.'], signal);
  await rm(work, { recursive: true });
}

async function addOwnFiles(recipe: ImageRecipe, sources: ImageSources, root: string): Promise<void> {
  for (const path of recipe.directories) await mkdir(join(root, path), { recursive: true });
  if (recipe.directories.includes('/tmp')) await chmod(join(root, '/tmp'), 0o1777);
  if (recipe.program !== undefined) {
    const directory = join(root, 'usr/local/bin');
    await mkdir(directory, { recursive: true });
    await copyFile(join(sources.programs, recipe.program), join(directory, recipe.program));
  }
  for (const [path, content] of Object.entries(recipe.files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    if ('linkTo' in content) await symlink(content.linkTo, target);
    else if ('program' in content) await copyFile(join(sources.programs, content.program), target);
    else await writeFile(target, content.text, { mode: content.executable === true ? 0o755 : 0o644 });
  }
}

/** Owner, order and times are fixed and all may read, so that the same files give the same tar whoever makes it. */
async function tar(
  file: string,
  directory: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=go+rX'];
  const fixed = [...owner, '--sort=name', '--mtime=@0', '--format=gnu'];
  await runProgram('tar', ['-cf', file, '-C', directory, ...fixed, ...args], { signal });
}
