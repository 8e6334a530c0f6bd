// Where and as whom to log in, and the surroundings that a login uses.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** One host as SSH sees it. */
export interface SshTarget {
  readonly name: string;
  /** An address, or a name that the resolver knows. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** A private key; with it only this key is used, from the file or from the agent. `~` is the home directory. */
  readonly identityFile?: string;
  /** Replaces the known_hosts files of the user; the system's are read in any case. */
  readonly knownHostsFile?: string;
  /** Run everything as root through sudo. */
  readonly become: boolean;
  /** Milliseconds for connecting, and once more for starting the shell; 20 s by default. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds between two signs of life; 15 s by default. */
  readonly keepaliveMs?: number;
  /** How many of them may stay without an answer before the connection counts as lost; 3 by default. */
  readonly keepaliveLimit?: number;
}

export const sshDefaults = { connectTimeoutMs: 20_000, keepaliveMs: 15_000, keepaliveLimit: 3 } as const;

/** What a login finds on this machine. */
export interface SshEnvironment {
  readonly homeDirectory: string;
  /** Socket of an SSH agent. */
  readonly agentSocket: string | undefined;
  /** known_hosts files of the system. */
  readonly systemKnownHostsFiles: readonly string[];
}

/** The surroundings of this process. */
export function processEnvironment(): SshEnvironment {
  const socket = process.env['SSH_AUTH_SOCK'];
  return {
    homeDirectory: homedir(),
    agentSocket: socket === '' ? undefined : socket,
    systemKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
  };
}

/** Replaces a leading `~`. */
export function expandHome(path: string, homeDirectory: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDirectory, path.slice(1)) : path;
}

/** `user@address`, and the port where it is not 22. */
export function describeTarget({ user, address, port }: SshTarget): string {
  const place = address.includes(':') ? `[${address}]` : address;
  return `${user}@${place}${port === 22 ? '' : `:${String(port)}`}`;
}
