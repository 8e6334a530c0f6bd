// Registries as operations get them, and what containerd calls them.
import { z } from 'zod';
import { registryHost } from '../../kube/registries.ts';
import { secretArg } from '../args/scalars.ts';

const registry = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_][\w.:-]*$/, 'must be HOST or HOST:PORT'),
  mirrors: z.array(z.url({ protocol: /^https$/ })),
  mirrorsOnly: z.boolean(),
  ca: z.string().nullable(),
  login: z.strictObject({ user: z.string(), password: secretArg }).nullable(),
});

export type RegistryArg = z.output<typeof registry>;

export const registriesArg = z
  .array(registry)
  .default([])
  .meta({ description: 'The registries and their mirrors, as `${{ registries }}`.' });

/** Where containerd looks for what is said of registries. */
export const registriesDirectory = '/etc/containerd/certs.d';

/** The directory of a registry. Of the two names that containerd knows, this comes before the one with a colon. */
export function registryDirectory(name: string): string {
  return `${registriesDirectory}/${name.replace(/:(\d+)$/, '_$1_')}`;
}

/** A host to log in at, by the name that containerd looks it up by. */
export interface HostLogin {
  readonly host: string;
  readonly user: string;
  readonly password: NonNullable<RegistryArg['login']>['password'];
}

export function loginsOf(registries: readonly RegistryArg[]): readonly HostLogin[] {
  return registries.flatMap(({ name, login }) =>
    login === null ? [] : [{ host: registryHost(name), ...login }],
  );
}

/** Logins and headers may stand anywhere, in inline tables too: rather too much is hidden than too little. */
export function mayHoldSecrets(text: string): boolean {
  return /password|auth|token/i.test(text);
}
