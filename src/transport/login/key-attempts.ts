// Private keys and the agent's keys as things to try.
import ssh2, { type ParsedKey } from 'ssh2';
import { keyFingerprint } from '../host-keys/known-hosts.ts';
import type { AuthAttempt } from './auth-attempt.ts';
import type { Identity } from './identity-file.ts';
import { singleKeyAgent, type AgentKeys } from './ssh-agent.ts';

export interface KeyAttempts {
  readonly attempts: readonly AuthAttempt[];
  /** Those that cannot be used, neither from the file nor through the agent. */
  readonly broken: readonly Identity[];
}

/** What can be tried of some keys, in their order. */
export function keyAttempts(identities: readonly Identity[], agent: AgentKeys): KeyAttempts {
  return {
    attempts: identities.flatMap((identity) => identityAttempt(identity, agent) ?? []),
    broken: identities.filter((identity) => identityAttempt(identity, agent) === undefined),
  };
}

function identityAttempt(identity: Identity, agent: AgentKeys): AuthAttempt | undefined {
  if (identity.state === 'usable') {
    const fingerprint = keyFingerprint(identity.publicKey);
    return {
      kind: 'publickey',
      id: fingerprint,
      label: `${identity.path} (${fingerprint})`,
      isAgent: false,
      method: (username) => ({ type: 'publickey', username, key: identity.key }),
    };
  }
  const key = agentKey(agent, identity);
  return key === undefined ? undefined : agentAttempt(agent, key);
}

/** The agent's copy of a key. */
export function agentKey(agent: AgentKeys, identity: Identity): ParsedKey | undefined {
  const publicKey = identity.state === 'unreadable' ? undefined : identity.publicKey;
  return publicKey && agent.keys.find((key) => key.getPublicSSH().equals(publicKey));
}

export function agentAttempt(agent: AgentKeys, key: ParsedKey): AuthAttempt {
  const fingerprint = keyFingerprint(key.getPublicSSH());
  return {
    kind: 'publickey',
    id: fingerprint,
    label: `the agent's key ${key.comment} (${fingerprint})`,
    isAgent: true,
    method: (username) => ({
      type: 'agent',
      username,
      agent: singleKeyAgent(new ssh2.OpenSSHAgent(agent.socket), key),
    }),
  };
}
