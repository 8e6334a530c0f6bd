// How to log in on one host: its own settings, then the common ones, then the defaults.
import type { LocalEnvironment } from './local-paths.ts';
import type { Inventory } from './schema.ts';

type WrittenSsh = Inventory['ssh'];

export interface SshSettings {
  readonly user: string;
  /** TCP port. */
  readonly port: number;
  /** Absolute path of the private key, when the inventory names one. */
  readonly identityFile?: string;
  /** Absolute path of the file with the trusted host keys, when the inventory names one. */
  readonly knownHostsFile?: string;
  /** Whether commands run through sudo. */
  readonly become: boolean;
}

export function resolveSsh(
  common: WrittenSsh,
  own: WrittenSsh,
  environment: LocalEnvironment,
  absolute: (path: string) => string,
): SshSettings {
  const user = own.user ?? common.user ?? environment.userName;
  const knownHostsFile = own.knownHostsFile ?? common.knownHostsFile;
  const identityFile = own.identityFile ?? common.identityFile;
  return {
    user,
    port: own.port ?? common.port ?? 22,
    ...(identityFile === undefined ? {} : { identityFile: absolute(identityFile) }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile: absolute(knownHostsFile) }),
    become: own.become ?? common.become ?? user !== 'root',
  };
}
