// What to try for a login, and in which order.
import { join } from 'node:path';
import { expandHome, type SshEnvironment, type SshPeer } from '../ssh-target.ts';
import type { AuthPlan } from './auth-attempt.ts';
import { keyError, skipReason } from './auth-error.ts';
import type { Identity } from './identity-file.ts';
import { agentAttempt, agentKey, keyAttempts, type KeyAttempts } from './key-attempts.ts';
import type { Keyring } from './keyring.ts';
import { passwordAttempts } from './password-attempts.ts';
import type { SecretReader } from './secret-reader.ts';
import type { AgentKeys } from './ssh-agent.ts';

const defaultIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** What the logins of a run share. */
export interface AuthServices {
  readonly environment: SshEnvironment;
  readonly keyring: Keyring;
  readonly secrets: SecretReader;
}

type AuthPeer = Pick<
  SshPeer,
  'name' | 'identityFiles' | 'identitiesOnly' | 'identityAgent' | 'passphrase' | 'password'
>;

/**
 * Lists what to try for a server: the keys that are named for it, a password when there is one, and unless only the
 * named keys are to be used, those of the agent and the usual files. The likely ones come first, because servers count.
 * @throws BootstrapError `connect.key` when no key that is to be used can be; `connect.secret`
 */
export async function planAuth(peer: AuthPeer, services: AuthServices): Promise<AuthPlan> {
  const agent = await services.keyring.agent(agentSocket(peer, services.environment));
  const named = await namedKeys(peer, agent, services);
  const { password } = peer;
  const typed =
    password === undefined
      ? []
      : passwordAttempts(await services.secrets.read(password, 'SSH password'), password);
  const first = [...named.attempts, ...typed];
  const [broken] = named.broken;
  if (peer.identitiesOnly === true) {
    if (first.length === 0 && broken !== undefined) throw keyError(peer.name, broken);
    return { attempts: first, skipped: reasons(named) };
  }
  const others = await otherKeys(peer, agent, services, first.length > 0);
  const taken = new Set(first.map(({ id }) => id));
  return {
    attempts: [...first, ...others.attempts.filter(({ id }) => !taken.has(id))],
    skipped: [...agent.problems, ...reasons(named), ...reasons(others)],
  };
}

function reasons({ broken }: KeyAttempts): readonly string[] {
  return broken.flatMap((identity) => skipReason(identity) ?? []);
}

function agentSocket({ identityAgent }: AuthPeer, environment: SshEnvironment): string | undefined {
  if (identityAgent === undefined) return environment.agentSocket;
  return identityAgent === 'none' ? undefined : expandHome(identityAgent, environment.homeDirectory);
}

/** The keys that are named for a server. Whoever names a key wants it to be unlocked. */
async function namedKeys(
  { identityFiles = [], passphrase }: AuthPeer,
  agent: AgentKeys,
  { environment, keyring }: AuthServices,
): Promise<KeyAttempts> {
  const identities: Identity[] = [];
  for (const file of identityFiles) {
    const path = expandHome(file, environment.homeDirectory);
    const identity = await keyring.identity(path);
    const isLocked = identity.state === 'encrypted' && agentKey(agent, identity) === undefined;
    const isToOpen = isLocked && keyring.canUnlock(passphrase);
    identities.push(isToOpen ? await keyring.unlock(path, passphrase) : identity);
  }
  return keyAttempts(identities, agent);
}

/** The agent's keys, and the usual files where none are named; somebody is asked for a passphrase as a last resort. */
async function otherKeys(
  { identityFiles = [], passphrase }: AuthPeer,
  agent: AgentKeys,
  { environment, keyring }: AuthServices,
  hasOthers: boolean,
): Promise<KeyAttempts> {
  const fromAgent = agent.keys.map((key) => agentAttempt(agent, key));
  if (identityFiles.length > 0) return { attempts: fromAgent, broken: [] };
  const files = defaultIdentities.map((file) => join(environment.homeDirectory, '.ssh', file));
  const identities = await Promise.all(files.map((file) => keyring.identity(file)));
  const rest = identities.filter((identity) => agentKey(agent, identity) === undefined);
  const usual = keyAttempts(rest, agent);
  const locked = rest.find(({ state }) => state === 'encrypted');
  const isLast = !hasOthers && fromAgent.length + usual.attempts.length === 0;
  if (locked === undefined || !isLast || !keyring.canUnlock(passphrase))
    return { attempts: [...fromAgent, ...usual.attempts], broken: usual.broken };
  const unlocked = await keyring.unlock(locked.path, passphrase);
  return keyAttempts([unlocked, ...rest.filter((identity) => identity !== locked)], agent);
}
