// Where a secret comes from, as the inventory writes it → as the rest of the program reads it.
import type { SecretSource } from '../core/secret-source.ts';
import type { WrittenSource } from './schema/secret-from.ts';

/** @param question what is asked on the terminal: "SSH password for a-name" */
export function secretSource(
  { env, file }: WrittenSource,
  question: string,
  absolute: (path: string) => string,
): SecretSource {
  if (env !== undefined) return { from: 'env', name: env };
  if (file !== undefined) return { from: 'file', path: absolute(file) };
  return { from: 'terminal', question };
}
