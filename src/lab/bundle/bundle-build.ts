// Puts the Kubernetes bundle together: programs, images, packages, and the manifest that lists them, written last.
import { copyFile, link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestFile } from '../../bundle/digest.ts';
import { manifestFileName, type BundleFile, type BundleManifest } from '../../bundle/manifest.ts';
import type { CacheEntry } from '../cache.ts';
import { cachedFromDebian, type BuildContext } from '../debian/cached-build.ts';
import { downloadPackages, resolveClosure, type DebianPackage } from '../debian/resolve.ts';
import { buildImage, imageShortName } from './image-build.ts';
import { imageRecipes, type ImageRecipe } from './image-recipes.ts';
import { resolveNodePackages, type NodePackage } from './node-packages.ts';
import type { KubernetesRelease } from './release.ts';
import { imageRepository, nodePrograms } from './versions.ts';

/** To be raised when the code of this folder changes what comes out, other than by a recipe or a version. */
const recipe = 4;

interface BundleParts {
  readonly images: readonly { readonly recipe: ImageRecipe; readonly packages: readonly DebianPackage[] }[];
  readonly nodePackages: readonly NodePackage[];
}

/** The cache entry of the bundle of a release; takes about half a minute. */
export async function kubernetesBundle(
  context: BuildContext,
  release: KubernetesRelease,
): Promise<CacheEntry> {
  const { programs } = release;
  const resolveKey = async () => ({
    recipe,
    kubernetesVersion: release.version,
    programs: basename(programs),
    ...(await resolveParts(context, release)),
  });
  return cachedFromDebian(context, 'bundle', resolveKey, async (directory) => {
    const parts = await resolveParts(context, release);
    const downloads = join(directory, 'downloads');
    await mkdir(downloads);
    context.report('downloading packages');
    await downloadPackages(context.apt, allPackages(parts), downloads, context.signal);
    const files = [
      ...(await addPrograms(directory, programs)),
      ...(await addImages(context, parts, { directory, downloads, programs })),
      ...(await addPackages(directory, downloads, parts.nodePackages)),
    ];
    await rm(downloads, { recursive: true });
    await writeFile(join(directory, manifestFileName), `${JSON.stringify(manifest(release, files), null, 2)}\n`);
  });
}

async function resolveParts(context: BuildContext, release: KubernetesRelease): Promise<BundleParts> {
  const images = imageRecipes(release).map(async (image) => {
    const request = { install: image.packages, without: image.without };
    const packages =
      image.packages.length === 0 ? [] : await resolveClosure(context.apt, request, context.signal);
    return { recipe: image, packages };
  });
  return { images: await Promise.all(images), nodePackages: await resolveNodePackages(context) };
}

function allPackages(parts: BundleParts): readonly DebianPackage[] {
  const all = [...parts.nodePackages, ...parts.images.flatMap(({ packages }) => packages)];
  return [...new Map(all.map((item) => [item.fileName, item])).values()];
}

/** The entry of the built programs stays in the cache as well, so a hard link saves its size once more. */
async function addPrograms(directory: string, programs: string): Promise<readonly BundleFile[]> {
  await mkdir(join(directory, 'bin'));
  const files: BundleFile[] = [];
  for (const name of nodePrograms) {
    const path = `bin/${name}`;
    const source = join(programs, name);
    const target = join(directory, path);
    await link(source, target).catch(() => copyFile(source, target));
    files.push({ kind: 'binary', name, path, ...(await digestFile(target)) });
  }
  return files;
}

async function addImages(
  context: BuildContext,
  parts: BundleParts,
  places: { readonly directory: string; readonly downloads: string; readonly programs: string },
): Promise<readonly BundleFile[]> {
  const { directory, downloads, programs } = places;
  await mkdir(join(directory, 'images'));
  const files: BundleFile[] = [];
  for (const { recipe: image, packages } of parts.images) {
    const { name, use } = image;
    context.report(`building image ${name}`);
    const path = `images/${imageShortName(name)}.tar`;
    const sources = { packages, downloads, programs };
    await buildImage(context, image, sources, { work: join(directory, 'work'), file: join(directory, path) });
    files.push({ kind: 'image', name, use, path, ...(await digestFile(join(directory, path))) });
  }
  return files;
}

async function addPackages(
  directory: string,
  downloads: string,
  packages: readonly NodePackage[],
): Promise<readonly BundleFile[]> {
  await mkdir(join(directory, 'packages'));
  const files: BundleFile[] = [];
  for (const { name, version, neededBy, fileName } of packages) {
    const path = `packages/${fileName}`;
    await rename(join(downloads, fileName), join(directory, path));
    const digest = await digestFile(join(directory, path));
    files.push({ kind: 'package', name, version, neededBy: [...neededBy], path, ...digest });
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
    packagesFor: { id: 'debian', versionId: '12' },
    files: [...files],
  };
}
