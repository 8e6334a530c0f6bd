// One command at a time may change a lab.
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { ownProcessTag, processTagIsAlive } from '../../local/programs/process-tag.ts';

/**
 * Runs `work` while holding the lock file.
 * @throws BootstrapError `lock.held` when another live process holds it
 */
export async function withLock<T>(path: string, lab: string, work: () => Promise<T>): Promise<T> {
  await acquire(path, lab);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, lab: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const tag = await ownProcessTag();
  const own = `${path}-${tag}`;
  await writeFile(own, tag);
  try {
    // A link appears with its content, and only if nothing is there.
    if (await linked(own, path)) return;
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (await processTagIsAlive(holder)) throw held(lab, holder);
    await rm(path, { force: true });
    if (!(await linked(own, path))) throw held(lab, await readFile(path, 'utf8').catch(() => ''));
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function held(lab: string, tag: string): BootstrapError {
  return new BootstrapError(
    'lock.held',
    `another command (process ${Number.parseInt(tag, 10)}) is changing the lab "${lab}"`,
    {
      hint: 'Wait for it to end, or stop it with Ctrl-C in its terminal.',
    },
  );
}
