// A bundle with flannel besides: its image, compiled from its Go module, and the manifest that installs it.
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestFile } from '../../bundle/digest.ts';
import { bundleManifest, manifestFileName, type BundleManifest } from '../../bundle/manifest.ts';
import { renderTemplate } from '../../render/template.ts';
import type { CacheEntry } from '../cache.ts';
import { cachedFromDebian, type BuildContext } from '../debian/cached-build.ts';
import { downloadPackages, resolveClosure } from '../debian/resolve.ts';
import { cachedPrograms } from '../go/cached-programs.ts';
import { buildImage } from './image-build.ts';
import { flannelImage } from './image-recipes.ts';
import { flannelVersion } from './versions.ts';

/** To be raised when the code of this file changes what comes out, other than by the recipe or the manifest. */
const recipe = 1;

/** Name of flannel's manifest in the bundle's directory. */
export const flannelManifestName = 'flannel.yaml';

/** The cache entry of `bundle` with flannel, for a cluster whose pods have the network `pods`. */
export async function flannelBundle(
  context: BuildContext,
  bundle: string,
  pods: string,
): Promise<CacheEntry> {
  const programs = await flannelPrograms(context);
  const image = flannelImage;
  const manifest = renderTemplate('lab/flannel.yaml', { pods, image: image.name });
  const resolve = async () =>
    resolveClosure(context.apt, { install: image.packages, without: image.without }, context.signal);
  const resolveKey = async () => ({
    recipe,
    version: flannelVersion,
    bundle: basename(bundle),
    programs: basename(programs.directory),
    image,
    manifest,
    packages: await resolve(),
  });
  return cachedFromDebian(context, 'bundle-with-flannel', resolveKey, async (directory) => {
    const packages = await resolve();
    const downloads = join(directory, 'downloads');
    await linkFiles(bundle, directory);
    await mkdir(downloads);
    await downloadPackages(context.apt, packages, downloads, context.signal);
    context.report(`building image ${image.name}`);
    const path = 'images/flannel.tar';
    const file = join(directory, path);
    const sources = { packages, downloads, programs: programs.directory };
    await buildImage(context, image, sources, { work: join(directory, 'work'), file });
    await rm(downloads, { recursive: true });
    await writeFile(join(directory, flannelManifestName), manifest);
    const { name, use } = image;
    const listed = await readManifest(bundle);
    const files = [...listed.files, { kind: 'image' as const, name, use, path, ...(await digestFile(file)) }];
    await writeFile(join(directory, manifestFileName), `${JSON.stringify({ ...listed, files }, null, 2)}\n`);
  });
}

async function flannelPrograms(context: BuildContext): Promise<CacheEntry> {
  const module = 'github.com/flannel-io/flannel';
  return cachedPrograms(context, 'flannel', {
    module,
    version: flannelVersion,
    programs: { flanneld: module },
    variables: { [`${module}/pkg/version.Version`]: flannelVersion },
  });
}

/** Both entries stay in the cache, so hard links save a bundle's size once more. */
async function linkFiles(from: string, to: string): Promise<void> {
  for (const { name, parentPath } of await filesIn(from)) {
    const place = join(to, parentPath.slice(from.length));
    await mkdir(place, { recursive: true });
    await link(join(parentPath, name), join(place, name));
  }
}

/** All but the manifest, which is written anew. */
async function filesIn(directory: string) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.parentPath !== directory);
}

async function readManifest(bundle: string): Promise<BundleManifest> {
  return bundleManifest.parse(JSON.parse(await readFile(join(bundle, manifestFileName), 'utf8')));
}
