// Frees the cache of what no lab and no inventory uses.
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFetchedTo } from '../bundle/fetch-lock.ts';
import { BootstrapError } from '../core/errors.ts';
import { entryKey, liveBuilders } from './cache.ts';
import { diskUse } from './disk-use.ts';
import { goDownloads } from './go/workspace.ts';
import { ownProcessTag } from '../local/programs/process-tag.ts';
import { removeTree } from '../local/programs/remove-tree.ts';

/** Something in the cache that nothing needs. */
export interface Unused {
  /** Name of its directory. */
  readonly name: string;
  /** What it is, for people. */
  readonly what: string;
  /** Bytes that go free with it, when all before it in the list have gone. */
  readonly size: number;
}

/**
 * What the texts of inventories and the states of labs (`mentions`) do not need, directly or by something that they
 * name. An entry is named by its directory, and its own key names what it was made from.
 * @throws BootstrapError `lab.failed` while another process builds something
 */
export async function findUnused(cacheRoot: string, mentions: readonly string[]): Promise<readonly Unused[]> {
  const [builder] = await liveBuilders(cacheRoot);
  if (builder !== undefined) {
    throw new BootstrapError('lab.failed', `process ${builder} is building something for a lab`, {
      hint: 'What that needs cannot be told yet. Try again when it has ended.',
    });
  }
  const names = await readdir(cacheRoot).catch((): string[] => []);
  const keys = new Map<string, string>();
  for (const name of names) {
    const key = await entryKey(join(cacheRoot, name));
    if (key !== undefined) keys.set(name, key);
  }
  const used = neededEntries(keys, mentions);
  const unused = [...keys].filter(([name]) => !used.has(name));
  const count = diskUse();
  const found: Unused[] = [];
  for (const [name, key] of unused.sort(([a], [b]) => (a < b ? -1 : 1))) {
    found.push({ name, what: describeEntry(name, key), size: await count(join(cacheRoot, name)) });
  }
  for (const name of names.sort()) {
    const what = await unusedFetched(cacheRoot, name, mentions);
    if (what !== undefined) found.push({ name, what, size: await count(join(cacheRoot, name)) });
  }
  const downloads = join(cacheRoot, goDownloads);
  if (names.includes(goDownloads) && (await stat(downloads)).isDirectory()) {
    found.push({ name: goDownloads, what: 'downloaded Go modules', size: await count(downloads) });
  }
  return found;
}

/** Of `source: binaries` and of bundles that were made: the next run fetches them again. */
const fetchedPrograms = /^programs-v(\d+\.\d+\.\d+)-[a-z\d]+-[\da-f]{8}$/;

/** Of one site, whatever their versions. */
const fetchedReleases = /^runtime-[\da-f]{8}$/;

/** What was fetched to this directory, where no text asks for it and nobody is fetching it. */
async function unusedFetched(
  cacheRoot: string,
  name: string,
  mentions: readonly string[],
): Promise<string | undefined> {
  const isRuntime = fetchedReleases.test(name);
  const version = fetchedPrograms.exec(name)?.[1];
  const needle = isRuntime ? 'binaries' : version;
  if (needle === undefined || mentions.some((text) => text.includes(needle))) return undefined;
  if (await isFetchedTo(join(cacheRoot, name))) return undefined;
  return isRuntime
    ? 'fetched releases of the container runtime'
    : `fetched programs of Kubernetes v${needle}`;
}

/** The entries that the texts name, and those that these were made from. */
export function neededEntries(
  keys: ReadonlyMap<string, string>,
  mentions: readonly string[],
): ReadonlySet<string> {
  const needed = new Set<string>();
  const texts = [...mentions];
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const [name, key] of keys) {
      if (needed.has(name) || !text.includes(name)) continue;
      needed.add(name);
      texts.push(key);
    }
  }
  return needed;
}

const kinds: Readonly<Record<string, string>> = {
  kernel: 'kernel of the nodes',
  kubernetes: 'programs of Kubernetes',
  bundle: 'bundle of Kubernetes',
  'base-image': 'disk image of a node',
  'node-image': 'disk image of a node, with container images',
  'node-packages': 'packages for nodes',
  go: 'Go compiler',
};

/** What an entry is, with the version that its key names. */
export function describeEntry(name: string, key: string): string {
  const kind = name.replace(/-[0-9a-f]{16}$/, '');
  const version = /"(?:kubernetesVersion|version)":"(v\d[^"]*)"/.exec(key)?.[1];
  return [kinds[kind] ?? kind, ...(version === undefined ? [] : [version])].join(' ');
}

/** Removes one of what `findUnused` found. What is half removed is never taken for whole. */
export async function removeUnused(cacheRoot: string, { name }: Unused): Promise<void> {
  const doomed = join(cacheRoot, `${name}.building-${await ownProcessTag()}`);
  await rename(join(cacheRoot, name), doomed);
  await removeTree(doomed);
}

/**
 * The text of every YAML file in a directory; an inventory names its bundle by the path in the cache.
 * @throws BootstrapError `file.unreadable` for one that cannot be read
 */
export async function inventoryTexts(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => /\.ya?ml$/.test(name));
  return Promise.all(names.map(async (name) => inventoryText(join(directory, name))));
}

/** Of a directory or a link that leads nowhere there is none. */
async function inventoryText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EISDIR' || code === 'ENOENT') return '';
    throw new BootstrapError('file.unreadable', `${file} cannot be read: ${message}`, {
      hint: 'It may be an inventory that names something in the cache: make it readable for you, or move it away.',
      cause,
    });
  });
}
