// What a preflight check found.
import type { Plan } from '../operation.ts';

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

/** The plan of a check on one host. */
export function planOf(node: string, findings: readonly Finding[]): Plan {
  const problems = findings.filter(({ severity }) => severity === 'problem');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return {
    steps: [],
    problems: problems.map(({ check, message, hint }) => ({ message, hint, data: { check, node } })),
    warnings: warnings.map(({ message, hint }) => `${message}. ${hint}`),
  };
}
