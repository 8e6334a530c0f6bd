// When jobs have to be over.
import type { ShellJob } from './shell-job.ts';

/** One deadline for each job that has one. */
export class Deadlines {
  readonly #timers = new Map<ShellJob, NodeJS.Timeout>();

  /** Calls `pass` in so many milliseconds, unless the deadline is set anew or cleared before. */
  set(job: ShellJob, milliseconds: number, pass: () => void): void {
    this.clear(job);
    this.#timers.set(job, setTimeout(pass, milliseconds));
  }

  clear(job: ShellJob): void {
    clearTimeout(this.#timers.get(job));
    this.#timers.delete(job);
  }
}
