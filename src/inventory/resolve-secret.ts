// Where a secret comes from, as the inventory writes it → as the rest of the program reads it.
import type { SecretSource } from '../core/secret-source.ts';
import type { WrittenLogin } from './schema/login-schema.ts';
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

/** A login with the source of its password. */
export interface LoginSettings {
  readonly user: string;
  readonly password: SecretSource;
}

/** @param place what it is for: a host, or "the proxy HOST:PORT" */
export function loginSettings(
  { user, password }: WrittenLogin,
  place: string,
  absolute: (path: string) => string,
): LoginSettings {
  return { user, password: secretSource(password, `Password of ${user} for ${place}`, absolute) };
}
