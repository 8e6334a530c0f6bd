// A cache of directories that are expensive to build: complete or absent, never half made.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownProcessTag, processTagIsAlive } from '../local/programs/process-tag.ts';
import { throwIfInterrupted } from '../local/programs/program.ts';
import { removeTree } from '../local/programs/remove-tree.ts';
import type { Report } from './stage.ts';

/** Everything that decides what a build yields: package versions, options, the recipe's own version. Plain JSON data. */
export type CacheKey = Readonly<Record<string, unknown>>;

export interface CacheEntry {
  readonly directory: string;
  readonly outcome: 'cached' | 'built';
}

/** What an entry is called, and what it is made from. */
export interface CacheEntryName {
  /** The cache's directory. */
  readonly root: string;
  readonly name: string;
  readonly key: CacheKey;
}

export interface CacheOptions {
  readonly signal?: AbortSignal;
  /** Hears once that another live process is building the same entry and we wait for it. */
  readonly report?: Report;
}

const waitMs = 250;

/** The directory that holds (or will hold) the entry for `key`; it exists only when complete. */
export function entryDirectory({ root, name, key }: CacheEntryName): string {
  return join(root, `${name}-${createHash('sha256').update(canonical(key)).digest('hex').slice(0, 16)}`);
}

/**
 * Returns the entry for `key`, calling `build` with an empty directory when there is none. The build happens under a
 * temporary name and is renamed when complete. What dead builders left is removed; a live builder of the same entry
 * is waited for; should two start at the very same moment, the first to finish wins. A failed build leaves nothing.
 */
export async function cached(
  entry: CacheEntryName,
  build: (directory: string) => Promise<void>,
  options: CacheOptions = {},
): Promise<CacheEntry> {
  const directory = entryDirectory(entry);
  await mkdir(entry.root, { recursive: true });
  await waitForOtherBuilders(directory, options);
  if (await exists(directory)) return { directory, outcome: 'cached' };

  const temporary = `${directory}${temporaryMark}${await ownProcessTag()}-${randomBytes(4).toString('hex')}`;
  await mkdir(temporary);
  try {
    await build(temporary);
    await writeFile(join(temporary, keyFileName), `${canonical(entry.key)}\n`);
    throwIfInterrupted(options.signal);
    await renameUnlessThere(temporary, directory);
  } finally {
    await removeTree(temporary);
  }
  return { directory, outcome: 'built' };
}

const temporaryMark = '.building-';
const keyFileName = 'cache-key.json';

/** Returns once no live process builds this entry, or the entry is there. */
async function waitForOtherBuilders(directory: string, options: CacheOptions): Promise<void> {
  let told = false;
  for (;;) {
    const builder = await liveBuilder(directory);
    if (builder === undefined || (await exists(directory))) return;
    if (!told) options.report?.(`process ${builder} is building the same; waiting for it`);
    told = true;
    throwIfInterrupted(options.signal);
    await sleep(waitMs);
  }
}

/** The text of an entry's key; undefined for a directory that is no entry. */
export async function entryKey(directory: string): Promise<string | undefined> {
  return readFile(join(directory, keyFileName), 'utf8').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  });
}

/** The processes that build something, whatever it is. */
export async function liveBuilders(root: string): Promise<readonly number[]> {
  const tags = (await readdir(root).catch(() => [])).flatMap((file) => file.split(temporaryMark).slice(1));
  const alive = await Promise.all(tags.map(async (tag) => ((await processTagIsAlive(tag)) ? [tag] : [])));
  return alive.flat().map((tag) => Number.parseInt(tag, 10));
}

/** The process that builds the entry. Removes what dead processes left, also of other entries: it may be gigabytes. */
async function liveBuilder(directory: string): Promise<number | undefined> {
  const root = dirname(directory);
  let live: number | undefined;
  for (const file of await readdir(root)) {
    const [entry, tag] = file.split(temporaryMark);
    if (tag === undefined) continue;
    if (!(await processTagIsAlive(tag))) await removeTree(join(root, file));
    else if (entry === basename(directory)) live = Number.parseInt(tag, 10);
  }
  return live;
}

/** A directory is renamed onto another only when that is empty, so an entry is never replaced under a reader. */
async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(await exists(to))) throw error;
  }
}

/** Whether the entry is there, and so complete. */
export async function isCached(directory: string): Promise<boolean> {
  return exists(directory);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** JSON with sorted keys, so that the order in which a key was written down does not matter. */
function canonical(key: CacheKey): string {
  return JSON.stringify(key, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
