// Entries of the lab's cache with the keys of a real one, and nothing in them.
import { basename } from 'node:path';
import { cached, type CacheKey } from '../../src/lab/cache.ts';
import type { NodeKind } from '../../src/lab/node-kind.ts';

/** Versions of base-files in Debian 12 and 13. */
const baseFiles = { '12': '12.4+deb12u15', '13': '13.8+deb13u2' };

/** Puts the image of a kind of node with a release of Kubernetes into a cache, and gives the names of its entries. */
export async function pretendImage(
  root: string,
  { release, containerd }: NodeKind,
  kubernetesVersion: string,
): Promise<readonly string[]> {
  const entry = async (name: string, key: CacheKey): Promise<string> =>
    basename((await cached({ root, name, key }, async () => undefined)).directory);
  const bundle = await entry('bundle', { recipe: 5, kubernetesVersion });
  const base = await entry('base-image', {
    recipe: 3,
    ...(containerd === '2' ? { containerd: 'containerd-0123456789abcdef' } : {}),
    root: [
      { name: 'base-passwd', version: '3.6.1' },
      { name: 'base-files', version: baseFiles[release] },
    ],
  });
  return [base, bundle, await entry('node-image', { recipe: 2, base, bundle })];
}
