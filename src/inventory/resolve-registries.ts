// The registries of an inventory as the rest of the program works with them: paths absolute, logins with their sources.
import { defined } from '../core/defined.ts';
import { loginSettings, type LoginSettings } from './resolve-secret.ts';
import type { Inventory } from './schema/schema.ts';

export interface RegistrySettings {
  /** As in the names of images, or `_default` for all that are not named. */
  readonly name: string;
  /** URLs without a slash at their end, in the order in which they are asked. */
  readonly mirrors: readonly string[];
  /** Whether the registry itself is never asked. */
  readonly mirrorsOnly: boolean;
  /** File with certificates, an absolute path. */
  readonly ca?: string;
  /** For this host alone. */
  readonly login?: LoginSettings;
}

/** In the order of the file. @param absolute makes a path of the inventory absolute */
export function resolveRegistries(
  { registries }: Inventory['cluster'],
  absolute: (path: string) => string,
): readonly RegistrySettings[] {
  return Object.entries(registries).map(([name, { mirrors, mirrorsOnly, ca, login }]) =>
    defined({
      name,
      mirrors: mirrors.map((url) => new URL(url).href.replace(/\/+$/, '')),
      mirrorsOnly,
      ca: ca === undefined ? undefined : absolute(ca),
      login: login && loginSettings(login, name, absolute),
    }),
  );
}
