// What the inventory says about logging in on one host: its own settings, then the common ones.
import { defined } from '../core/defined.ts';
import type { SecretSource } from '../core/secret-source.ts';
import { secretSource } from './resolve-secret.ts';
import type { WrittenBastion, WrittenSsh } from './schema/ssh-schema.ts';

/** What is said about a host or a bastion. What is absent follows from ssh_config and the defaults. */
export interface LoginSettings {
  readonly user?: string;
  /** TCP port. */
  readonly port?: number;
  /** Absolute path of the private key. */
  readonly identityFile?: string;
  readonly passphrase?: SecretSource;
  readonly password?: SecretSource;
  /** Absolute path of the file with the trusted host keys. */
  readonly knownHostsFile?: string;
  readonly hostKey?: string;
  readonly hostKeyChecking?: 'strict' | 'accept-new';
  /** Seconds. */
  readonly connectTimeout?: number;
}

export interface BastionSettings extends LoginSettings {
  readonly address: string;
}

export interface SshSettings extends LoginSettings {
  /** Where the SSH server is, when not at the host's address. */
  readonly sshAddress?: string;
  readonly jump?: readonly BastionSettings[];
  /** Seconds. */
  readonly bootTimeout?: number;
  /** Absolute path of an ssh_config, or `none`. */
  readonly configFile?: string;
  /** Whether commands run through sudo, when that is said. */
  readonly become?: boolean;
  readonly becomePassword?: SecretSource;
}

/** @param absolute makes a path of the inventory absolute */
export function resolveSsh(
  host: string,
  common: Omit<WrittenSsh, 'address' | 'hostKey'>,
  own: WrittenSsh,
  absolute: (path: string) => string,
): SshSettings {
  const { address, jump, configFile, bootTimeout, become, ...login }: WrittenSsh = {
    ...defined(common),
    ...defined(own),
  };
  const asks = {
    passphrase: 'SSH passphrase',
    password: own.password === undefined ? 'SSH password' : `SSH password for ${host}`,
  };
  const becomePassword = typeof become === 'object' ? become.password : undefined;
  const ownsBecome = typeof own.become === 'object';
  return defined({
    ...resolveLogin(login, asks, absolute),
    sshAddress: address,
    bootTimeout,
    jump: jump?.map((bastion) => resolveBastion(bastion, absolute)),
    configFile: configFile === undefined || configFile === 'none' ? configFile : absolute(configFile),
    become: typeof become === 'boolean' ? become : undefined,
    becomePassword:
      becomePassword &&
      secretSource(becomePassword, ownsBecome ? `sudo password for ${host}` : 'sudo password', absolute),
  });
}

function resolveBastion(
  { address, ...login }: WrittenBastion,
  absolute: (path: string) => string,
): BastionSettings {
  const asks = { passphrase: 'SSH passphrase', password: `SSH password for the bastion ${address}` };
  return { address, ...resolveLogin(login, asks, absolute) };
}

type WrittenLogin = Omit<WrittenBastion, 'address'>;

function resolveLogin(
  { identityFile, knownHostsFile, passphrase, password, ...rest }: WrittenLogin,
  asks: { readonly passphrase: string; readonly password: string },
  absolute: (path: string) => string,
): LoginSettings {
  return defined({
    ...rest,
    identityFile: identityFile && absolute(identityFile),
    knownHostsFile: knownHostsFile && absolute(knownHostsFile),
    passphrase: passphrase && secretSource(passphrase, asks.passphrase, absolute),
    password: password && secretSource(password, asks.password, absolute),
  });
}
