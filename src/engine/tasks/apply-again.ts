// Applies steps, and says whether all were done or the task is to be planned again because a connection was lost.
import type { Step } from '../../operations/operation.ts';
import { errorView } from '../events/failure.ts';
import { stepView } from '../events/step-view.ts';
import type { Retry } from '../hosts/retry.ts';
import type { RunContext } from '../run-state/run-context.ts';
import { applySteps, type Progress } from './apply-steps.ts';
import { identity, type WorkTask } from './host-task.ts';

export class Applying {
  readonly #task: WorkTask;
  readonly #progress: Progress;
  readonly #context: RunContext;
  readonly #retry: Retry;

  constructor(task: WorkTask, progress: Progress, context: RunContext) {
    this.#task = task;
    this.#progress = progress;
    this.#context = context;
    this.#retry = context.retries.start();
  }

  /**
   * @returns false when the connection was lost where that does no harm, after a pause: what is done then, the facts tell
   * @throws what `applySteps` throws
   */
  async apply(steps: readonly Step[]): Promise<boolean> {
    try {
      await applySteps(this.#task, steps, this.#progress, this.#context);
      return true;
    } catch (thrown) {
      const { unanswered } = this.#progress;
      const next = this.#retry.next(thrown, unanswered);
      const [step] = unanswered;
      if (next === undefined || step === undefined) throw thrown;
      const { error, attempt, pauseMs } = next;
      this.#context.emit({
        type: 'step.retried',
        ...identity(this.#task),
        step: stepView(step),
        error: errorView(error),
        attempt,
        pauseMs,
      });
      await this.#retry.pause(next);
      return false;
    }
  }
}
