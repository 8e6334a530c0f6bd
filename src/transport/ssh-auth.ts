// Which keys to try for a login, in which order, and where they come from.
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { BootstrapError } from '../core/errors.ts';
import { readAgent, singleKeyAgent, type AgentKeys } from './ssh-agent.ts';
import { readIdentity, type Identity } from './identity-file.ts';
import { keyFingerprint } from './known-hosts.ts';
import { expandHome, type SshEnvironment, type SshTarget } from './ssh-target.ts';

const defaultIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** One key to try. */
export interface AuthAttempt {
  /** For the message when nothing fits: where the key comes from, and its fingerprint. */
  readonly label: string;
  readonly method: (user: string) => AnyAuthMethod;
}

export interface AuthPlan {
  readonly attempts: readonly AuthAttempt[];
  /** Keys that cannot be used, and why. */
  readonly skipped: readonly string[];
}

/**
 * Lists the keys for a target. With an identity file only that key is used, from the file or from the agent; without
 * one, first the agent's keys and then the usual files of `~/.ssh`.
 * @throws BootstrapError `connect.key` when the identity file cannot be used
 */
export async function planAuth(
  { name, identityFile }: Pick<SshTarget, 'name' | 'identityFile'>,
  environment: SshEnvironment,
): Promise<AuthPlan> {
  const agent = await readAgent(environment.agentSocket);
  if (identityFile === undefined) return planDefaults(agent, environment);
  const identity = await readIdentity(expandHome(identityFile, environment.homeDirectory));
  const attempt = identityAttempt(identity, agent);
  if (attempt === undefined) throw keyError(name, identity);
  return { attempts: [attempt], skipped: [] };
}

async function planDefaults(agent: AgentKeys, { homeDirectory }: SshEnvironment): Promise<AuthPlan> {
  const files = defaultIdentities.map((file) => join(homeDirectory, '.ssh', file));
  const identities = await Promise.all(files.map(readIdentity));
  const fromAgent = agent.keys.map((key) => agentAttempt(agent, key));
  const others = identities.filter((identity) => agentKey(agent, identity) === undefined);
  return {
    attempts: [...fromAgent, ...others.flatMap((identity) => identityAttempt(identity, agent) ?? [])],
    skipped: [
      ...(agent.problem === undefined ? [] : [agent.problem]),
      ...others.flatMap((identity) => skipReason(identity) ?? []),
    ],
  };
}

function identityAttempt(identity: Identity, agent: AgentKeys): AuthAttempt | undefined {
  if (identity.state === 'usable') {
    return {
      label: `${identity.path} (${keyFingerprint(identity.publicKey)})`,
      method: (username) => ({ type: 'publickey', username, key: identity.key }),
    };
  }
  const key = agentKey(agent, identity);
  return key === undefined ? undefined : agentAttempt(agent, key);
}

function agentKey(agent: AgentKeys, identity: Identity): ParsedKey | undefined {
  const publicKey = identity.state === 'unreadable' ? undefined : identity.publicKey;
  return publicKey && agent.keys.find((key) => key.getPublicSSH().equals(publicKey));
}

function agentAttempt(agent: AgentKeys, key: ParsedKey): AuthAttempt {
  return {
    label: `the agent's key ${key.comment} (${keyFingerprint(key.getPublicSSH())})`,
    method: (username) => ({
      type: 'agent',
      username,
      agent: singleKeyAgent(new ssh2.OpenSSHAgent(agent.socket), key),
    }),
  };
}

function skipReason(identity: Identity): string | undefined {
  if (identity.state === 'encrypted') return `${identity.path} needs a passphrase`;
  if (identity.state === 'unreadable') return `${identity.path} cannot be used: ${identity.reason}`;
  return undefined;
}

function keyError(host: string, identity: Identity): BootstrapError {
  const { path, state } = identity;
  if (state === 'encrypted') {
    return new BootstrapError('connect.key', `the key ${path} needs a passphrase`, {
      where: { host },
      hint: `Give it to the agent: ssh-add ${path}`,
    });
  }
  const why = state === 'unreadable' ? `: ${identity.reason}` : ': there is no such file';
  return new BootstrapError('connect.key', `the key ${path} cannot be used${why}`, {
    where: { host },
    hint: 'identityFile names a private key, such as ~/.ssh/id_ed25519.',
  });
}

/** The error when no key was accepted. */
export function authError(
  target: SshTarget,
  plan: AuthPlan,
  tried: readonly string[],
  allowed: readonly string[],
  reason?: string,
): BootstrapError {
  const lines = [
    ...(reason === undefined ? [] : [`server: ${reason}`]),
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(plan.skipped.length === 0 ? [] : [`not tried: ${plan.skipped.join('; ')}`]),
    ...(allowed.length === 0 ? [] : [`the server allows: ${allowed.join(', ')}`]),
  ];
  const { name, user, identityFile } = target;
  return new BootstrapError('connect.auth', `${name} does not let ${user} log in`, {
    where: { host: name },
    detail: lines.join('\n'),
    hint:
      plan.attempts.length > 1 && identityFile === undefined
        ? 'Servers give up after a few keys: set ssh.identityFile to the right one.'
        : `Add the public key to ~${user}/.ssh/authorized_keys there, or set ssh.user and ssh.identityFile.`,
  });
}
