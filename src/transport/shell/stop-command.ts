// Stops the running command of a resident shell from a second shell.
import { killProgram } from './kill-program.ts';
import type { ResidentShell } from './resident-shell.ts';
import type { Machine, ShellProcess } from './shell-process.ts';

/** Longer than the program's own patience; a host that takes longer is not answering. */
const patienceMs = 15_000;

/**
 * Kills the command and the shell. Resolves when that is done or cannot be done, and says whether nothing of it runs any
 * more: the caller then closes the shell, which ends itself when its command has ended.
 */
export async function runKillProgram(machine: Machine, shell: ResidentShell): Promise<boolean> {
  if (shell.pid === undefined) return true;
  if (machine.lossReason() !== undefined) return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, patienceMs, false);
  });
  const isEnded = await Promise.race([kill(machine, shell.pid), late]);
  clearTimeout(timer);
  return isEnded;
}

async function kill(machine: Machine, pid: number): Promise<boolean> {
  try {
    const killer = await secondShell(machine);
    killer.stdin.on('error', () => undefined);
    killer.stdout.resume();
    killer.stderr.resume();
    killer.stdin.end(`${killProgram(pid)}\n`);
    return (await killer.exited).code === 0;
  } catch {
    // No way to the host: closing the shell's own channel is what remains.
    return false;
  }
}

/** sshd may allow one session for each connection (MaxSessions 1). */
async function secondShell(machine: Machine): Promise<ShellProcess> {
  try {
    return await machine.start();
  } catch (error) {
    if (machine.startApart === undefined) throw error;
    return machine.startApart();
  }
}
