// Ends a running program, with everything it started, when its user is interrupted.
import { execa } from 'execa';
import { processTree } from './process-tree.ts';

const patienceMs = 5000;

/**
 * Ends the process and all its descendants when the signal is aborted: politely, and after a while by force. `prefix`
 * are the words that give a shell the rights for it. Returns a function that ends the watch.
 */
export function endWhenAborted(
  processId: number | undefined,
  signal: AbortSignal | undefined,
  prefix: readonly string[],
): () => void {
  if (processId === undefined || signal === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    void signalTree(processId, 'TERM', prefix);
    timer = setTimeout(() => void signalTree(processId, 'KILL', prefix), patienceMs);
  };
  signal.addEventListener('abort', end, { once: true });
  return () => {
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
  };
}

/** By a shell, as only root may signal what runs under sudo. A process that is gone does not matter. */
async function signalTree(
  processId: number,
  name: 'TERM' | 'KILL',
  prefix: readonly string[],
): Promise<void> {
  const targets = (await processTree(processId)).map(String);
  const [file = '', ...args] = [...prefix, 'sh', '-c', `kill -${name} "$@"`, 'sh', ...targets];
  await execa(file, args, { reject: false });
}
