// ipvs-bootstrap bundle push: the images of a bundle into a registry.
import { resolve } from 'node:path';
import { requireRepository } from '../../app/bundle-request.ts';
import { loadBundle } from '../../bundle/load.ts';
import { pushedImages, pushImages, type PushedImage } from '../../bundle/registry/push.ts';
import { count } from '../../core/count.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import type { Report } from '../../local/report.ts';
import { runStages } from '../../ui/stages.ts';
import type { CommandContext } from '../context.ts';

interface PushOptions {
  readonly ca?: string;
  readonly authfile?: string;
}

export async function run(
  { output, signal }: CommandContext,
  { ca, authfile }: PushOptions,
  registry: string,
  directory: string,
): Promise<number> {
  requireRepository(registry);
  const bundle = await loadBundle(resolve(directory), 'content');
  const images = pushedImages(bundle.manifest, registry);
  const access = { ca, authFile: authfile === undefined ? undefined : resolve(authfile) };
  const stage = {
    title: `Images to ${registry}`,
    run: async (report: Report) => {
      await pushImages(bundle, images, access, report, signal);
      return count(images.length, 'image');
    },
  };
  await runStages([stage], output, signal);
  if (output.format !== 'json') inventoryLines(registry, images).forEach(output.result);
  return exitCodes.done;
}

/** What to write so that hosts take them from there. */
function inventoryLines(registry: string, images: readonly PushedImage[]): readonly string[] {
  const others = images.filter(({ isKubernetes }) => !isKubernetes);
  return [
    'In the inventory, beside a source that is no bundle:',
    'cluster:',
    `  images: { repository: ${registry} }`,
    ...(others.length === 0 ? [] : ['And for workloads:']),
    ...others.map(({ image, name }) => `  image: ${name}   # was ${image.name}`),
  ];
}
