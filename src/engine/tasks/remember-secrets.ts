// Finds the secrets in arguments and steps, so that no event shows them.
import { Secret, type Redactor } from '../../core/secret.ts';

/** Adds every Secret in plain data to the redactor. */
export function rememberSecrets(value: unknown, redactor: Redactor): void {
  if (value instanceof Secret) redactor.add(value);
  else if (Array.isArray(value)) for (const item of value) rememberSecrets(item, redactor);
  else if (typeof value === 'object' && value !== null) rememberSecrets(Object.values(value), redactor);
}
