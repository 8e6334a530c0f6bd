// One run of this machine at a time fetches to a directory: two would write to the same unfinished file.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BootstrapError } from '../core/errors.ts';

export interface FetchLockOptions {
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Name of the lock inside the directory. */
export const fetchLockName = 'lock';
const pauseMs = 300;

/**
 * Does the work when no other process that still runs does any in this directory.
 * @throws what the work throws, BootstrapError `interrupted` while it waits, and errors of the disk
 */
export async function withFetchLock<T>(
  directory: string,
  { report, signal }: FetchLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(directory, fetchLockName);
  let told: number | undefined;
  for (let owner = await take(path); owner !== undefined; owner = await take(path)) {
    if (owner !== told) report(`process ${owner} fetches to ${directory}: waiting for it`);
    told = owner;
    await sleep(pauseMs, undefined, { signal }).catch((cause: unknown) => {
      throw new BootstrapError('interrupted', `interrupted while process ${owner} was waited for`, { cause });
    });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Whether a process that runs fetches to this directory. */
export async function isFetchedTo(directory: string): Promise<boolean> {
  return isRunning(await ownerOf(join(directory, fetchLockName)));
}

/** Undefined when it is ours now, else the process that has it. What a dead one has left is taken away. */
async function take(path: string): Promise<number | undefined> {
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    let owner = await ownerOf(path);
    if (owner === 0) {
      // It has just been made, or has just gone.
      await sleep(pauseMs);
      owner = await ownerOf(path);
    }
    if (isRunning(owner)) return owner;
    await rm(path, { force: true });
  }
}

/** 0 where nothing is written, or nothing is there. */
async function ownerOf(path: string): Promise<number> {
  return Number(await readFile(path, 'utf8').catch(() => ''));
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
