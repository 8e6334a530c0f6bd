// Ctrl-C: the first one starts nothing new, the second one ends what runs, the third one ends this program.
import { getEventListeners, setMaxListeners } from 'node:events';
import { BootstrapError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';

export interface StopSignals {
  /** Aborted by the first Ctrl-C or TERM signal. */
  readonly signal: AbortSignal;
  /** Aborted by the second one. Where nobody listens to it, the process ends instead. */
  readonly killSignal: AbortSignal;
}

/** Hosts that do not answer must not keep somebody who wants to leave. */
const patienceMs = 30_000;

export function stopOnSignals(): StopSignals {
  const first = new AbortController();
  const second = new AbortController();
  // Every request of every host listens; that many are no leak.
  setMaxListeners(0, first.signal, second.signal);
  const leave = (): never => process.exit(exitCodes.interrupted);
  const stop = (): void => {
    const reason = new BootstrapError('interrupted', 'stopped by a signal');
    if (!first.signal.aborted) {
      process.stderr.write('\nStopping: running steps end first. Press Ctrl-C again to stop at once.\n');
      first.abort(reason);
      return;
    }
    if (second.signal.aborted || getEventListeners(second.signal, 'abort').length === 0) leave();
    process.stderr.write(
      '\nStopping at once: what runs on the hosts is ended. Press Ctrl-C again to leave it there.\n',
    );
    setTimeout(leave, patienceMs).unref();
    second.abort(reason);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: first.signal, killSignal: second.signal };
}
