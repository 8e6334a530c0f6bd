// Where and as whom to log in, and the surroundings that a login uses.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inBrackets } from '../core/ip.ts';
import type { SecretSource } from '../core/secret-source.ts';

/** `strict`: only known host keys. `accept-new`: a host that is not known yet is believed, and remembered. */
export type HostKeyChecking = 'strict' | 'accept-new';

/** One SSH server and how to log in on it: a host, or a bastion on the way to one. */
export interface SshPeer {
  /** What messages call it. */
  readonly name: string;
  /** An address, or a name that the resolver of the last machine before it knows. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Private keys, the best first; without them the usual files of `~/.ssh`. `~` is the home directory. */
  readonly identityFiles?: readonly string[];
  /** Offer these keys only, from the file or from the agent. */
  readonly identitiesOnly?: boolean;
  /** Socket of another agent than that of the environment; `none` for none at all. */
  readonly identityAgent?: string;
  /** The passphrase of the identity files. */
  readonly passphrase?: SecretSource;
  /** For servers that want a password. */
  readonly password?: SecretSource;
  /** Replace the known_hosts files of the user. */
  readonly knownHostsFiles?: readonly string[];
  /** Replace the known_hosts files of the system. */
  readonly systemKnownHostsFiles?: readonly string[];
  /** The name under which the host key is known, in place of address and port. */
  readonly hostKeyAlias?: string;
  /** The one host key to accept, whatever the files say: `SHA256:…` or `ssh-ed25519 AAAA…`. */
  readonly hostKey?: string;
  /** `strict` by default. */
  readonly hostKeyChecking?: HostKeyChecking;
  /** Hide the names of hosts that are remembered. */
  readonly hashKnownHosts?: boolean;
  /** Milliseconds for connecting, and once more for starting the shell; 20 s by default. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for trying again while it boots; by default 60 s, and only for a server that says that it does. */
  readonly bootTimeoutMs?: number;
  /** Milliseconds between two signs of life; 15 s by default. */
  readonly keepaliveMs?: number;
  /** How many of them may stay without an answer before the connection counts as lost; 3 by default. */
  readonly keepaliveLimit?: number;
}

/** One host as SSH sees it. */
export interface SshTarget extends SshPeer {
  /** Run everything as root through sudo. */
  readonly become: boolean;
  /** For a sudo that asks. */
  readonly becomePassword?: SecretSource | undefined;
  /** The bastions on the way, the nearest to us first. */
  readonly jumps?: readonly SshPeer[] | undefined;
}

export const sshDefaults = {
  connectTimeoutMs: 20_000,
  bootTimeoutMs: 60_000,
  keepaliveMs: 15_000,
  keepaliveLimit: 3,
} as const;

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
export function describeTarget({ user, address, port }: SshPeer): string {
  const place = inBrackets(address);
  return `${user}@${place}${port === 22 ? '' : `:${port}`}`;
}
