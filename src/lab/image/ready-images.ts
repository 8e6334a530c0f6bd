// Which images that nodes boot from are in the cache, told by the keys of its entries: without package lists or network.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { entryKey } from '../cache.ts';
import { releases, type NodeKind } from '../node-kind.ts';
import { nodeImageName } from './loaded-image.ts';

const nodeImageKey = z.object({ base: z.string(), bundle: z.string() });
const bundleKey = z.object({ kubernetesVersion: z.string() });
const baseKey = z.object({
  /** Where it is not Debian's own. */
  containerd: z.string().optional(),
  root: z.array(z.object({ name: z.string(), version: z.string() })),
});

/**
 * Those of `kinds` whose image with a release of Kubernetes is not there. One that an older version of the program or
 * older packages went into counts as there: to build it anew takes much less than to build it from nothing.
 */
export async function lackingImages(
  cacheRoot: string,
  kinds: readonly NodeKind[],
  kubernetesVersion: string,
): Promise<readonly NodeKind[]> {
  const entries = await readdir(cacheRoot).catch(() => []);
  const names = entries.filter((entry) => entry.startsWith(`${nodeImageName}-`) && !entry.includes('.'));
  const there: (NodeKind | undefined)[] = await Promise.all(
    names.map(async (name) => kindOfImage(cacheRoot, name, kubernetesVersion)),
  );
  return kinds.filter(
    (kind) => !there.some((one) => one?.release === kind.release && one.containerd === kind.containerd),
  );
}

/** The kind of node that an entry is for; undefined when it has another Kubernetes, or does not say. */
async function kindOfImage(
  cacheRoot: string,
  name: string,
  kubernetesVersion: string,
): Promise<NodeKind | undefined> {
  const image = await keyOf(cacheRoot, name, nodeImageKey);
  if (image === undefined) return undefined;
  const bundle = await keyOf(cacheRoot, image.bundle, bundleKey);
  const base = await keyOf(cacheRoot, image.base, baseKey);
  if (base === undefined || bundle?.kubernetesVersion !== kubernetesVersion) return undefined;
  // Its version begins with Debian's own.
  const files = base.root.find((one) => one.name === 'base-files');
  const release = releases.find((one) => files?.version.startsWith(`${one}.`));
  if (release === undefined) return undefined;
  return { release, containerd: base.containerd === undefined ? '1' : '2' };
}

async function keyOf<T>(cacheRoot: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await entryKey(join(cacheRoot, name)).catch(() => undefined);
  try {
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
