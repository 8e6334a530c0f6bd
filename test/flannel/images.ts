// flannel's two container images, and a bundle that has them beside all that the lab's own has.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bundleManifest, manifestFileName, type BundleFile } from '../../src/bundle/manifest.ts';
import { emptyImage, iptablesLinks, type ImageRecipe } from '../../src/lab/bundle/image-recipes.ts';
import { addImages, resolveImages } from '../../src/lab/bundle/image-set.ts';
import type { CacheEntry } from '../../src/lab/cache.ts';
import { cachedFromDebian, type BuildContext } from '../../src/lab/debian/cached-build.ts';
import { flannel, plugin } from './programs.ts';

/** To be raised when the code of this file changes what comes out, other than by a recipe. */
const recipe = 1;

/** As flannel's manifest names it. */
export const flannelImage = `ghcr.io/flannel-io/flannel:${flannel.version}`;

/** Of an older release than flannel's manifest names, so it has a name of its own. */
export const pluginImage = `ipvs-bootstrap.local/flannel-cni-plugin:${plugin.version}`;

/** Programs lie where the manifest looks for them. */
const recipes: readonly ImageRecipe[] = [
  {
    ...emptyImage,
    name: flannelImage,
    use: 'node',
    packages: ['iptables'],
    files: {
      ...emptyImage.files,
      ...iptablesLinks(),
      '/opt/bin/flanneld': { program: 'flanneld' },
      '/opt/bin/install-conf': { program: 'install-conf' },
    },
    entrypoint: ['/opt/bin/flanneld'],
  },
  {
    ...emptyImage,
    name: pluginImage,
    use: 'node',
    packages: ['busybox-static'],
    files: { ...emptyImage.files, '/bin/cp': { linkTo: 'busybox' }, '/flannel': { program: 'flannel' } },
    entrypoint: ['/bin/cp'],
  },
];

const listFile = 'images.json';

/** The cache entry with both images as tars. */
export async function flannelImages(context: BuildContext, programs: string): Promise<CacheEntry> {
  const resolveKey = async () => ({
    recipe,
    programs: basename(programs),
    images: await resolveImages(context, recipes),
  });
  return cachedFromDebian(context, 'flannel-images', resolveKey, async (directory) => {
    const images = await resolveImages(context, recipes);
    const files = await addImages(context, images, { directory, programs });
    await writeFile(join(directory, listFile), JSON.stringify(files));
  });
}

/** Makes a bundle in `target` of the lab's own and the images of `extra`. */
export async function writeBundle(target: string, own: string, extra: string): Promise<void> {
  const manifest = bundleManifest.parse(JSON.parse(await readFile(join(own, manifestFileName), 'utf8')));
  const images = JSON.parse(await readFile(join(extra, listFile), 'utf8')) as readonly BundleFile[];
  await mkdir(target);
  // Links instead of a gigabyte of copies.
  await symlink(own, join(target, 'lab'));
  await symlink(extra, join(target, 'flannel'));
  const files = [
    ...manifest.files.map((file) => ({ ...file, path: `lab/${file.path}` })),
    ...images.map((file) => ({ ...file, path: `flannel/${file.path}` })),
  ];
  await writeFile(join(target, manifestFileName), JSON.stringify({ ...manifest, files }));
}
