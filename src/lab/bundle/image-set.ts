// Container images for a bundle: their packages are chosen and downloaded, and each is made from its recipe.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile } from '../../bundle/digest.ts';
import type { BundleFile } from '../../bundle/manifest.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { downloadPackages, resolveClosure, type DebianPackage } from '../../local/debian/resolve.ts';
import { buildImage, imageShortName } from './image-build.ts';
import type { ImageRecipe } from './image-recipes.ts';

export interface ImageParts {
  readonly recipe: ImageRecipe;
  readonly packages: readonly DebianPackage[];
}

/** Finds the packages of each recipe in the package lists, in exact versions. */
export async function resolveImages(
  context: BuildContext,
  recipes: readonly ImageRecipe[],
): Promise<readonly ImageParts[]> {
  const images = recipes.map(async (image) => {
    const request = { install: image.packages, without: image.without };
    const packages =
      image.packages.length === 0 ? [] : await resolveClosure(context.apt, request, context.signal);
    return { recipe: image, packages };
  });
  return Promise.all(images);
}

/**
 * Makes the images in the folder `images` of a directory.
 * @param programs the directory with the programs that recipes name
 * @returns their entries in a bundle's manifest
 */
export async function addImages(
  context: BuildContext,
  images: readonly ImageParts[],
  { directory, programs }: { readonly directory: string; readonly programs: string },
): Promise<readonly BundleFile[]> {
  const downloads = join(directory, 'downloads');
  await mkdir(downloads);
  context.report('downloading packages');
  await downloadPackages(context.apt, allPackages(images), downloads, context.signal);
  await mkdir(join(directory, 'images'));
  const files: BundleFile[] = [];
  for (const { recipe: image, packages } of images) {
    const { name, use } = image;
    context.report(`building image ${name}`);
    const path = `images/${imageShortName(name)}.tar`;
    const sources = { packages, downloads, programs };
    await buildImage(context, image, sources, { work: join(directory, 'work'), file: join(directory, path) });
    files.push({ kind: 'image', name, use, path, ...(await digestFile(join(directory, path))) });
  }
  await rm(downloads, { recursive: true });
  return files;
}

function allPackages(images: readonly ImageParts[]): readonly DebianPackage[] {
  const all = images.flatMap(({ packages }) => packages);
  return [...new Map(all.map((item) => [item.fileName, item])).values()];
}
