// Removes a directory tree, also one in which a program that ran as root left directories of root's.
import { rm } from 'node:fs/promises';
import { runProgram } from './program.ts';

/** Like `rm -rf`: nothing there is fine. Uses root's rights only where ours do not suffice. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await runProgram('rm', ['-rf', '--', path], { asRoot: true });
  }
}
