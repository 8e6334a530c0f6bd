// The registries of an inventory with all that hosts need of them: CAs read, passwords read or asked for.
import { readCertificates } from '../bundle/certificates.ts';
import { BootstrapError } from '../core/errors.ts';
import type { LoadedInventory } from '../inventory/load.ts';
import type { RegistrySettings } from '../inventory/resolve-registries.ts';
import { throwErrors } from '../source/throw-errors.ts';
import type { SecretReader } from '../transport/login/secret-reader.ts';
import { readLogin, type Login } from './downloads/read-login.ts';

/** The `registries` of playbook expressions. */
export interface Registry extends Pick<RegistrySettings, 'name' | 'mirrors' | 'mirrorsOnly'> {
  /** Certificates in PEM. */
  readonly ca: string | null;
  readonly login: Login | null;
}

/** Files and passwords are read for nobody who does not configure them. */
export interface Registries {
  /** @throws ErrorList of what cannot be had, each at its line of the inventory; BootstrapError `interrupted` */
  read(secrets: SecretReader | undefined): Promise<readonly Registry[]>;
}

/** One after the other: a terminal can ask one question at a time. */
export function registriesOf(loaded: LoadedInventory, settings: readonly RegistrySettings[]): Registries {
  return {
    read: async (secrets) => {
      const errors: BootstrapError[] = [];
      const attempt = async <T>(name: string, key: 'ca' | 'login', read: () => Promise<T>) => {
        try {
          return await read();
        } catch (error) {
          if (!(error instanceof BootstrapError) || error.code === 'interrupted') throw error;
          errors.push(atLine(loaded, error, name, key));
          return null;
        }
      };
      const registries: Registry[] = [];
      for (const { name, mirrors, mirrorsOnly, ca, login } of settings) {
        registries.push({
          name,
          mirrors,
          mirrorsOnly,
          ca: ca === undefined ? null : await attempt(name, 'ca', () => readCertificates(ca)),
          login:
            login === undefined ? null : await attempt(name, 'login', () => readLogin(name, login, secrets)),
        });
      }
      throwErrors(errors);
      return registries;
    },
  };
}

function atLine(
  { placeOf, excerptOf }: LoadedInventory,
  error: BootstrapError,
  name: string,
  key: 'ca' | 'login',
): BootstrapError {
  const path = ['cluster', 'registries', name, key];
  return error.with({ where: placeOf(path), detail: error.detail ?? excerptOf(path) });
}
