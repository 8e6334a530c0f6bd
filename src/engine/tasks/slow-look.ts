// A look, in the background, when something takes longer than usual; further ones to see whether its cause is still there.
import { judge, type Finding } from '../../diagnosis/judge.ts';
import type { DiagnosisRequest } from '../../diagnosis/request.ts';
import type { RunContext } from '../run-state/run-context.ts';
import type { WorkTask } from './host-task.ts';
import { requestOf, tellDiagnosis } from './examine.ts';

/** A cause that ends a wait must still be there after so long: systemd starts a kubelet that ended anew after ten seconds. */
const confirmMs = 20_000;
/** A cause is said with every sign of life, so it is seen to that it is still there. */
const againMs = 60_000;

export class SlowLook {
  readonly #task: WorkTask;
  readonly #context: RunContext;
  readonly #request: DiagnosisRequest | undefined;
  #isLooking = false;
  #isOver = false;
  #findings: readonly Finding[] | undefined;
  #lookedAt = 0;
  #suspected: Finding | undefined;
  #fatal: Finding | undefined;

  constructor(task: WorkTask, context: RunContext) {
    this.#task = task;
    this.#context = context;
    this.#request = requestOf(task);
  }

  /** The likeliest cause in words, once it was looked for. */
  get cause(): string | undefined {
    return this.#findings?.[0]?.message;
  }

  /** What was there twice and does not go away by itself. */
  get fatal(): Finding | undefined {
    return this.#fatal;
  }

  /** Says how long it has taken so far; looks when that is longer than usual. */
  notice(waitedMs: number): void {
    const request = this.#request;
    if (request === undefined || this.#isLooking || this.#isOver || waitedMs < request.usualMs) return;
    if (this.#context.clock.now() - this.#lookedAt < this.#restMs) return;
    this.#isLooking = true;
    void this.#look(request, waitedMs);
  }

  /** How long after the last look there is nothing to look at. */
  get #restMs(): number {
    if (this.#findings === undefined) return 0;
    if (this.#suspected !== undefined && this.#fatal === undefined) return confirmMs;
    return this.cause === undefined ? Infinity : againMs;
  }

  /** What is still being looked at interests nobody any more. */
  end(): void {
    this.#isOver = true;
  }

  async #look(request: DiagnosisRequest, waitedMs: number): Promise<void> {
    const { clock, looks } = this.#context;
    // What was said before the first look may have been put right since, as its hint said.
    const since = this.#findings === undefined ? waitedMs : { afterMs: clock.now() - this.#lookedAt };
    const witnesses = await looks.witnesses(request, since);
    this.#isLooking = false;
    this.#lookedAt = clock.now();
    if (this.#isOver) return;
    const findings = judge(witnesses, request);
    const [decisive] = findings.filter((finding) => isDecisive(finding, request));
    if (this.#findings === undefined) {
      this.#suspected = decisive;
      tellDiagnosis(this.#task, 'slow', { findings, witnesses }, this.#context);
    } else {
      this.#fatal = decisive?.id === this.#suspected?.id ? decisive : undefined;
      this.#suspected = decisive;
    }
    this.#findings = findings;
  }
}

function isDecisive({ isFatal, evidence }: Finding, { decisive }: DiagnosisRequest): boolean {
  const source = evidence[0]?.source;
  return isFatal && source !== undefined && decisive.includes(source);
}
