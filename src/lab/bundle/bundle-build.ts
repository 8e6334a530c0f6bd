// Puts the Kubernetes bundle together: programs, images, packages, and the manifest that lists them, written last.
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestFile, type FileDigest } from '../../bundle/digest.ts';
import { manifestFileName, type BundleFile, type BundleManifest } from '../../bundle/manifest.ts';
import type { CacheEntry } from '../cache.ts';
import { cachedFromDebian, type BuildContext } from '../debian/cached-build.ts';
import { imageRecipes } from './image-recipes.ts';
import { addImages, resolveImages } from './image-set.ts';
import { nodePackageSets, type NodePackageSet } from './node-packages.ts';
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
    await writeFile(
      join(directory, manifestFileName),
      `${JSON.stringify(manifest(release, files), null, 2)}\n`,
    );
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

/** The entry that the file comes from stays in the cache as well, so a hard link saves its size once more. */
async function addFile(source: string, target: string): Promise<FileDigest> {
  await link(source, target).catch(() => copyFile(source, target));
  return digestFile(target);
}

async function addPackages(
  directory: string,
  sets: readonly NodePackageSet[],
): Promise<readonly BundleFile[]> {
  const files: BundleFile[] = [];
  for (const { release, directory: source, packages } of sets) {
    const folder = `packages/debian-${release}`;
    await mkdir(join(directory, folder), { recursive: true });
    for (const { name, version, neededBy, fileName } of packages) {
      const path = `${folder}/${fileName}`;
      const digest = await addFile(join(source, fileName), join(directory, path));
      const distribution = { id: 'debian', versionId: release };
      files.push({ kind: 'package', name, version, neededBy, for: distribution, path, ...digest });
    }
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
