// Keeps those who free the cache away from those who work with it: between two builds nothing else shows that.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BootstrapError } from '../core/errors.ts';
import type { BuildContext } from './debian/cached-build.ts';
import { ownProcessTag, processTagIsAlive } from '../local/programs/process-tag.ts';
import { throwIfInterrupted } from '../local/programs/program.ts';

/** What a file in the cache says of the process that it is named after. Who was killed says nothing any more. */
type Mark = 'in-use' | 'freeing';

const waitMs = 250;

/**
 * Runs `work`, during which nothing goes from the cache that was there or is built. Where somebody is removing things
 * just now, that is waited for.
 */
export async function withCacheInUse<T>(
  { cacheRoot, report, signal }: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(cacheRoot, { recursive: true });
  return withMark(cacheRoot, 'in-use', async () => {
    let told = false;
    for (;;) {
      const [remover] = await marked(cacheRoot, 'freeing');
      if (remover === undefined) return work();
      if (!told) report(`process ${remover} is freeing the cache; waiting for it`);
      told = true;
      throwIfInterrupted(signal);
      await sleep(waitMs);
    }
  });
}

/**
 * Runs `work`, which may remove things from the cache. Both sides set their mark before they look for the other's, so
 * one of them sees it.
 * @throws BootstrapError `lab.failed` while another process works with the cache
 */
export async function withCacheAlone<T>(cacheRoot: string, work: () => Promise<T>): Promise<T> {
  if (!(await isThere(cacheRoot))) return work();
  return withMark(cacheRoot, 'freeing', async (own) => {
    const [remover] = await marked(cacheRoot, 'freeing', own);
    if (remover !== undefined) throw busy(`process ${remover} is freeing the cache`);
    const [user] = await marked(cacheRoot, 'in-use');
    if (user !== undefined) throw busy(`process ${user} is building something for a lab`);
    return work();
  });
}

function busy(message: string): BootstrapError {
  return new BootstrapError('lab.failed', message, {
    hint: 'What that needs cannot be told yet. Try again when it has ended.',
  });
}

async function withMark<T>(root: string, mark: Mark, use: (own: string) => Promise<T>): Promise<T> {
  const own = `${mark}-${await ownProcessTag()}-${randomBytes(4).toString('hex')}`;
  await writeFile(join(root, own), '');
  try {
    return await use(own);
  } finally {
    await rm(join(root, own), { force: true });
  }
}

/** The live processes with a mark, without that of the file `own`. Removes the marks of dead ones. */
async function marked(root: string, mark: Mark, own?: string): Promise<readonly number[]> {
  const live: number[] = [];
  for (const file of await readdir(root)) {
    if (!file.startsWith(`${mark}-`) || file === own) continue;
    const tag = file.slice(mark.length + 1);
    if (await processTagIsAlive(tag)) live.push(Number.parseInt(tag, 10));
    else await rm(join(root, file), { force: true });
  }
  return live;
}

async function isThere(directory: string): Promise<boolean> {
  return readdir(directory).then(
    () => true,
    () => false,
  );
}
