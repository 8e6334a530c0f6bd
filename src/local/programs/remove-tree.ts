// Removes a directory tree, also one in which a program that ran as root left directories of root's.
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './program.ts';

const attempts = 15;
const pauseMs = 1000;

/**
 * Like `rm -rf`: nothing there is fine. Uses root's rights only where ours do not suffice. Programs that outlived a
 * killed builder may still be writing into the tree; they end at their next word to it, so this waits a little.
 */
export async function removeTree(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await removeOnce(path);
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(pauseMs);
    }
  }
}

async function removeOnce(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await runProgram('rm', ['-rf', '--one-file-system', '--', path], { asRoot: true });
  }
}
