// One visible part of the lab's work: has a title, reports lines, tells whether the cache had it already.

import type { Report } from '../local/report.ts';

export type { Report };

/** A part of the work that a person sees as one line with a time. */
export interface Stage {
  readonly title: string;
  /**
   * Leaves no process behind, whatever its end.
   * @throws BootstrapError, `interrupted` once the signal is aborted
   */
  run(report: Report, signal: AbortSignal): Promise<'cached' | 'built'>;
}
