// What a host answered to a fact's probe → the fact's value.
import type { Clock } from '../../core/clock.ts';
import { asError, BootstrapError } from '../../core/errors.ts';
import type { HostResult } from '../../core/host.ts';
import { tail } from '../../core/tail.ts';
import type { FactQuery } from '../../facts/fact.ts';

/** @throws BootstrapError `facts.unreadable` when the answer makes no sense */
export function parseAnswer(
  host: string,
  query: FactQuery<unknown>,
  result: HostResult,
  clock: Pick<Clock, 'date'>,
): unknown {
  try {
    return query.parse({ ...result, answeredAt: clock.date().getTime() });
  } catch (cause) {
    const reason = asError(cause).message;
    throw new BootstrapError('facts.unreadable', `cannot read ${query.name}: ${reason}`, {
      where: { host },
      detail: tail(result.stderr),
      data: { fact: query.name, exitCode: result.exitCode },
      cause,
    });
  }
}
