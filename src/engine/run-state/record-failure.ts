// A failure goes into the ledger and out as an event, in one place.
import type { BootstrapError } from '../../core/errors.ts';
import { asBootstrapError, errorView, placed } from '../events/failure.ts';
import type { RunContext } from './run-context.ts';

/** Takes the host out of the run; an interruption is nobody's failure and ends the run. */
export function recordFailure(
  host: string,
  thrown: unknown,
  { ledger, emit, redactor }: Pick<RunContext, 'ledger' | 'emit' | 'redactor'>,
  task?: string,
): BootstrapError {
  const error = placed(asBootstrapError(thrown), task === undefined ? { host } : { host, task }, redactor);
  if (error.code === 'interrupted') {
    ledger.interrupt();
    return error;
  }
  ledger.fail(host, error);
  emit({ type: 'host.failed', host, error: errorView(error) });
  return error;
}
