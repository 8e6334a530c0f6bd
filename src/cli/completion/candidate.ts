// What is offered for the word at the cursor.

export interface Candidate {
  readonly word: string;
  /** What it means, for shells that show it; may be empty. */
  readonly about: string;
}

export interface Completion {
  /** Whole words, the part that is written already included. */
  readonly candidates: readonly Candidate[];
  /** Files, too, which the shell knows better: of any kind, or YAML only. */
  readonly files?: 'any' | 'yaml';
  /** The word may go on: no blank after it. */
  readonly isOpen?: boolean;
}

/**
 * Whether a text out of a file may stand on a command line and on a terminal as it is: names and addresses are made of
 * such letters, and no shell or terminal takes them for anything else.
 */
export function isHarmless(text: unknown): text is string {
  return typeof text === 'string' && /^[\w.:/-]+$/.test(text);
}
