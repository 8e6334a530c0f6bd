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
