// Shows secrets in plain data as `{ secret: text }`, so that they can be compared.
import { Secret } from '../../src/core/secret.ts';

export function showSecrets(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (Array.isArray(value)) return value.map(showSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, showSecrets(item)]));
}
