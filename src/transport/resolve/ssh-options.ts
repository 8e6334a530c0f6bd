// What somebody asks for who wants to log in: what the inventory and the command line say, before ssh_config and defaults.
import type { SecretSource } from '../../core/secret-source.ts';
import type { HostKeyChecking } from '../ssh-target.ts';

/** A server and what is said about it; all that is absent is looked up or has a default. */
export interface SshOptions {
  /** An address or a name. Patterns of ssh_config may match it. */
  readonly address: string;
  readonly user?: string;
  readonly port?: number;
  /** The only key to use, an absolute path or one that starts with `~`. */
  readonly identityFile?: string;
  readonly passphrase?: SecretSource;
  readonly password?: SecretSource;
  readonly knownHostsFile?: string;
  readonly hostKey?: string;
  readonly hostKeyChecking?: HostKeyChecking;
  /** Seconds. */
  readonly connectTimeout?: number;
}

export interface HostSshOptions extends SshOptions {
  /** The host's name, which patterns of ssh_config may match as well. */
  readonly name: string;
  /** Where its SSH server is, when that is neither its address nor the HostName of ssh_config. */
  readonly sshAddress?: string;
  /** Seconds. */
  readonly bootTimeout?: number;
  readonly become?: boolean;
  readonly becomePassword?: SecretSource;
  /** The bastions; an empty list means none, whatever ssh_config says. */
  readonly jump?: readonly SshOptions[];
  /** A file in place of `~/.ssh/config` and that of the system; `none` for no file at all. */
  readonly configFile?: string;
}
