// What the SSH connections of one run share: passwords and keys, known hosts, bastions.
import {
  believedEntries,
  isAbout,
  readKnownHosts,
  trustServer,
  type TrustedServer,
} from '../host-keys/known-hosts-files.ts';
import type { KnownHostsEntry } from '../host-keys/known-hosts.ts';
import { planAuth, type AuthServices } from '../login/auth-plan.ts';
import { Keyring } from '../login/keyring.ts';
import { createSecretReader, type SecretReader } from '../login/secret-reader.ts';
import type { SshEnvironment } from '../ssh-target.ts';
import { Bastions, forward, throughBastion, type OpenPeer } from './bastions.ts';
import { openConnection } from './ssh-connection.ts';
import { openSocket } from './tcp-socket.ts';

export interface SshServices extends AuthServices {
  readonly bastions: Bastions;
  /** Connects and logs in. */
  readonly open: OpenPeer;
}

/**
 * @param secrets by default variables and files only: nobody is asked
 * @param onTrusted is told of each server that was new and is trusted from now on
 */
export function createSshServices(
  environment: SshEnvironment,
  secrets: SecretReader = createSecretReader({ variables: process.env }),
  onTrusted: (server: TrustedServer) => void = () => undefined,
): SshServices {
  const keyring = new Keyring(secrets);
  const auth: AuthServices = { environment, keyring, secrets };
  /** Keys of servers that are remembered in no file: what was believed once in a run holds for all of it. */
  const believed: KnownHostsEntry[] = [];
  const open: OpenPeer = async (peer, via, signal) => {
    // Whoever is asked for a passphrase may take the time: no deadline runs yet.
    const plan = await planAuth(peer, auth);
    const connection = await openConnection({
      peer,
      knownHosts: [...(await readKnownHosts(peer, environment)), ...believed.filter(isAbout(peer))],
      auth: plan,
      dial: (deadline) => (via === undefined ? openSocket(peer, deadline) : forward(via, peer, deadline)),
      via: via?.peer.name,
      remember: async (key) => {
        const server = await trustServer(peer, environment, key);
        if (server.file === undefined) believed.push(...believedEntries(peer, key));
        onTrusted(server);
      },
      signal,
    });
    return via === undefined ? connection : throughBastion(connection, via);
  };
  return { ...auth, open, bastions: new Bastions(open) };
}
