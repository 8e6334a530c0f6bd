// Starts a resident shell and waits for its first word.
import { ResidentShell, type ShellObserver } from './resident-shell.ts';
import { interrupted, lost } from './run-failure.ts';
import type { Machine } from './shell-process.ts';
import { startFailure, startTimeout } from './start-failure.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface StartOptions {
  readonly machine: Machine;
  readonly become: boolean;
  /** How long the machine may take to start a shell once it is connected, in milliseconds. */
  readonly startTimeoutMs: number;
  /** How long a command may take to begin when it is its turn, in milliseconds; two minutes by default. */
  readonly silenceMs?: number;
}

/** @throws BootstrapError one of `connect.*` */
export async function startResidentShell(
  { machine, become, startTimeoutMs, silenceMs }: StartOptions,
  observer: ShellObserver,
  signal?: AbortSignal,
): Promise<ResidentShell> {
  const shell = new ResidentShell(await machine.start(signal), observer, silenceMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, startTimeoutMs, 'late');
  });
  const first = Promise.race([shell.hello.then(() => 'hello'), shell.gone, late]);
  const outcome = await unlessAborted(first, signal, () => interrupted(machine.name, signal))
    .catch((error: unknown) => {
      shell.close();
      throw error;
    })
    .finally(() => {
      clearTimeout(timer);
    });
  if (outcome === 'hello') return shell;
  shell.close();
  if (outcome === 'late') throw startTimeout(machine.name, startTimeoutMs, shell.noise);
  const loss = machine.lossReason();
  throw loss === undefined
    ? startFailure(machine.name, become, shell.noise)
    : lost(machine.name, 'the connection was lost', loss);
}
