// Puts the Kubernetes bundle together: programs, images, packages, and the manifest that lists them, written last.
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { addFile, addPackages } from '../../bundle/make/packages.ts';
import type { BundleFile, BundleManifest } from '../../bundle/manifest.ts';
import { writeManifest } from '../../bundle/write-manifest.ts';
import type { CacheEntry } from '../cache.ts';
import { cachedFromDebian, type BuildContext } from '../debian/cached-build.ts';
import { imageRecipes } from './image-recipes.ts';
import { addImages, resolveImages } from './image-set.ts';
import { nodePackageSets } from './node-packages.ts';
import type { KubernetesRelease } from './release.ts';
import { imageRepository, nodePrograms } from './versions.ts';

/** To be raised when the code of this folder changes what comes out, other than by a recipe or a version. */
const recipe = 5;

/** The cache entry of the bundle of a release; takes about half a minute. */
export async function kubernetesBundle(
  context: BuildContext,
  release: KubernetesRelease,
): Promise<CacheEntry> {
  const { programs } = release;
  const recipes = imageRecipes(release);
  const sets = await nodePackageSets(context);
  const resolveKey = async () => ({
    recipe,
    kubernetesVersion: release.version,
    programs: basename(programs),
    nodePackages: sets.map(({ directory }) => basename(directory)),
    images: await resolveImages(context, recipes),
  });
  return cachedFromDebian(context, 'bundle', resolveKey, async (directory) => {
    const images = await resolveImages(context, recipes);
    const files = [
      ...(await addPrograms(directory, programs)),
      ...(await addImages(context, images, { directory, programs })),
      ...(await addPackages(directory, sets)),
    ];
    await writeManifest(directory, manifest(release, files));
  });
}

async function addPrograms(directory: string, programs: string): Promise<readonly BundleFile[]> {
  await mkdir(join(directory, 'bin'));
  const files: BundleFile[] = [];
  for (const name of nodePrograms) {
    const path = `bin/${name}`;
    const source = join(programs, name);
    files.push({ kind: 'binary', name, path, ...(await addFile(source, join(directory, path))) });
  }
  return files;
}

function manifest({ version, tags }: KubernetesRelease, files: readonly BundleFile[]): BundleManifest {
  return {
    format: 1,
    kubernetesVersion: version,
    architecture: 'amd64',
    imageRepository,
    pauseImage: `${imageRepository}/pause:${tags.pause}`,
    clusterDns: tags.coredns !== undefined,
    files: [...files],
  };
}
