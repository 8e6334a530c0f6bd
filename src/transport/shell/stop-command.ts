// Stops the running command of a resident shell from a second shell.
import { killProgram } from './kill-program.ts';
import type { ResidentShell } from './resident-shell.ts';
import type { Machine, ShellProcess } from './shell-process.ts';

/** Longer than the program's own patience; a host that takes longer is not answering. */
const patienceMs = 15_000;

/** Ends the wait for the host; each start begins it anew. */
interface Patience {
  start(): void;
  stop(): void;
}

/**
 * Kills the command and the shell. Resolves when that is done or cannot be done, and says whether nothing of it runs any
 * more: the caller then closes the shell, which ends itself when its command has ended.
 */
export async function runKillProgram(
  machine: Machine,
  { pid }: Pick<ResidentShell, 'pid'>,
): Promise<boolean> {
  if (pid === undefined) return true;
  if (machine.lossReason() !== undefined) return false;
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      clearTimeout(timer);
    };
    const start = (): void => {
      stop();
      timer = setTimeout(resolve, patienceMs, false);
    };
    start();
    void kill(machine, pid, { start, stop }).then((isEnded) => {
      stop();
      resolve(isEnded);
    });
  });
}

async function kill(machine: Machine, pid: number, patience: Patience): Promise<boolean> {
  try {
    const killer = await secondShell(machine, patience);
    patience.start();
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

/** sshd may allow one session for each connection (MaxSessions 1). A new connection has its own, longer limit. */
async function secondShell(machine: Machine, patience: Patience): Promise<ShellProcess> {
  try {
    return await machine.start();
  } catch (error) {
    if (machine.startApart === undefined) throw error;
    patience.stop();
    return machine.startApart();
  }
}
