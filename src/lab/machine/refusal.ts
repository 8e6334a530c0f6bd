// Why a machine cannot carry a lab: one sentence, what was seen, and what to do.
import { BootstrapError } from '../../core/errors.ts';

export interface Refusal {
  /** What does not work, as a sentence without a full stop. */
  readonly message: string;
  /** What to do about it, as sentences. */
  readonly hint: string;
  /** What was seen: words of the machine's own programs. */
  readonly detail?: string;
  readonly cause?: unknown;
}

const otherWay =
  'To try the tool without a lab, write an inventory of hosts of your own with `ipvs-bootstrap init` ' +
  'and run `ipvs-bootstrap up` on it.';

/** The error `lab.unsupported`, which also names the way without a lab. */
export function unsupported({ message, hint, ...evidence }: Refusal): BootstrapError {
  return new BootstrapError('lab.unsupported', message, { hint: `${hint} ${otherWay}`, ...evidence });
}
