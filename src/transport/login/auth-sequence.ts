// Goes through a login's attempts: always the next one that the server would take.
import type { AuthHandlerMiddleware } from 'ssh2';
import type { AuthAttempt, AuthKind, AuthPlan } from './auth-attempt.ts';
import type { AuthHistory } from './auth-error.ts';

export class AuthSequence {
  readonly #user: string;
  readonly #skipped: string[];
  readonly #tried: AuthAttempt[] = [];
  readonly #waiting: AuthAttempt[];
  /** Undefined as long as the server has not said; it says something new after each part of a login. */
  #allowed: readonly string[] | undefined;
  #hasAsked = false;

  constructor(plan: AuthPlan, user: string) {
    this.#user = user;
    this.#skipped = [...plan.skipped];
    this.#waiting = [...plan.attempts];
  }

  history(): AuthHistory {
    return {
      tried: this.#tried.map(({ label }) => label),
      skipped: [...this.#skipped, ...this.#waiting.filter(isKey).map(({ label }) => label)],
      allowed: this.#allowed ?? [],
      triedPassword: this.#tried.some(({ kind }) => kind !== 'publickey'),
    };
  }

  readonly handler: AuthHandlerMiddleware = (allowed: readonly string[] | null, _partial, next) => {
    const last = this.#tried.at(-1);
    if (allowed !== null && (last?.isAgent !== true || this.#hasAsked)) this.#allowed = allowed;
    const attempt = this.#take();
    if (attempt !== undefined) {
      this.#hasAsked = false;
      this.#tried.push(attempt);
      next(attempt.method(this.#user, (question) => this.#skipped.push(`the server asks "${question}"`)));
    } else if (!this.#hasAsked && (this.#allowed === undefined || last?.isAgent === true)) {
      // Its answer to this tells what it allows.
      this.#hasAsked = true;
      next({ type: 'none', username: this.#user });
    } else {
      // `false` ends the login; the types do not know it.
      next(false as never);
    }
  };

  /** The first attempt of a kind that is allowed. Keys are tried without asking: most servers take them. */
  #take(): AuthAttempt | undefined {
    const isAllowed = ({ kind }: AuthAttempt): boolean =>
      this.#allowed === undefined ? kind === 'publickey' && isFirst(kind) : this.#allowed.includes(kind);
    const isFirst = (kind: AuthKind): boolean => this.#waiting[0]?.kind === kind;
    const index = this.#waiting.findIndex(isAllowed);
    if (index === -1) return undefined;
    const [attempt] = this.#waiting.splice(index, 1);
    // The same password as an answer would fail as well.
    if (attempt?.kind === 'password') drop(this.#waiting, 'keyboard-interactive');
    return attempt;
  }
}

function isKey({ kind }: AuthAttempt): boolean {
  return kind === 'publickey';
}

function drop(attempts: AuthAttempt[], kind: AuthKind): void {
  const index = attempts.findIndex((attempt) => attempt.kind === kind);
  if (index !== -1) attempts.splice(index, 1);
}
