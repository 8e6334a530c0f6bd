// Hosts that a task needs besides its own: the first control plane of a joining worker, say.
import { asBootstrapError } from '../events/failure.ts';
import type { RunContext } from '../run-state/run-context.ts';
import type { WorkTask } from './host-task.ts';

/** The reason to leave a task out: another host that it needs has failed. Undefined when there is none. */
export function missingSupport(
  { host, needs }: WorkTask,
  { ledger }: Pick<RunContext, 'ledger'>,
): string | undefined {
  const failed = needs.find(
    (need) => need.host !== undefined && need.host !== host && ledger.isBroken(need.host),
  );
  return failed?.host === undefined ? undefined : leftOut(failed.host);
}

/** The same for a failure that is another host's, told already where it happened. */
export function failureElsewhere(
  { host }: WorkTask,
  thrown: unknown,
  { ledger }: Pick<RunContext, 'ledger'>,
): string | undefined {
  const { where } = asBootstrapError(thrown);
  if (where === undefined || 'file' in where || where.host === host || !ledger.isBroken(where.host)) return;
  return leftOut(where.host);
}

function leftOut(host: string): string {
  return `${host} failed, and this needs it`;
}
