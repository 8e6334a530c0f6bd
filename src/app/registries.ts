// The registries of an inventory with all that hosts need of them: CAs read, passwords read or asked for.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** containerd refuses every pull when it cannot read a CA: better to say so here. */
async function readCertificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(cause);
    throw new BootstrapError('file.unreadable', `cannot read the CA ${path}: ${why}`, {
      data: { path },
      cause,
    });
  });
  const found = text.match(certificate) ?? [];
  if (found.length === 0 || !found.every(isCertificate)) {
    throw new BootstrapError('file.unreadable', `${path} has no certificates that can be read`, {
      data: { path },
      hint: 'It must be PEM: texts that begin with -----BEGIN CERTIFICATE-----.',
    });
  }
  return found.map((one) => `${one.replaceAll('\r', '')}\n`).join('');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
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
