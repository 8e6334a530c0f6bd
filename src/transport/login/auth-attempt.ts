// One thing to try for a login, and the list of them.
import type { AnyAuthMethod } from 'ssh2';

/** How servers call the ways to log in that are known here. */
export type AuthKind = 'publickey' | 'password' | 'keyboard-interactive';

/** One thing to try. */
export interface AuthAttempt {
  readonly kind: AuthKind;
  /** The same for the same key, wherever it comes from. */
  readonly id: string;
  /** For the message when nothing fits: where a key comes from, and its fingerprint. */
  readonly label: string;
  /** ssh2 does not tell what the server allows after an agent's key. */
  readonly isAgent: boolean;
  /** @param complain is told what a server asks that nobody can answer */
  readonly method: (user: string, complain: (question: string) => void) => AnyAuthMethod;
}

export interface AuthPlan {
  readonly attempts: readonly AuthAttempt[];
  /** Keys that cannot be used, and why. */
  readonly skipped: readonly string[];
}
