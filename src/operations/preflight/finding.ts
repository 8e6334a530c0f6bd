// What a preflight check found.

/** What a check found. A problem stops the run; a warning is said and nothing else. */
export interface Finding {
  readonly severity: 'problem' | 'warning';
  /** Name of the check, for machines. */
  readonly check: string;
  readonly message: string;
  readonly hint: string;
}

export function problem(check: string, message: string, hint: string): Finding {
  return { severity: 'problem', check, message, hint };
}

export function warning(check: string, message: string, hint: string): Finding {
  return { severity: 'warning', check, message, hint };
}
