// Stops the running command of a resident shell from a second shell.
import { killProgram } from './kill-program.ts';
import type { ResidentShell } from './resident-shell.ts';
import type { Machine } from './shell-process.ts';

/** Longer than the program's own patience; a host that takes longer is not answering. */
const patienceMs = 15_000;

/**
 * Kills the command and the shell. Resolves when that is done or cannot be done: the caller then closes the shell,
 * which ends it in any case.
 */
export async function runKillProgram(machine: Machine, shell: ResidentShell): Promise<void> {
  if (shell.pid === undefined || machine.lossReason() !== undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([kill(machine, shell.pid), late]);
  clearTimeout(timer);
}

async function kill(machine: Machine, pid: number): Promise<void> {
  try {
    const killer = await machine.start();
    killer.stdin.on('error', () => undefined);
    killer.stdout.resume();
    killer.stderr.resume();
    killer.stdin.end(`${killProgram(pid)}\n`);
    await killer.exited;
  } catch {
    // No second channel to be had: closing the shell's own is what remains.
  }
}
