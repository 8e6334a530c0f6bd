// One server: what is said about it, then what ssh_config says, then the defaults.
import { defined } from '../../core/defined.ts';
import type { BootstrapError } from '../../core/errors.ts';
import { lookUp } from '../ssh-config/look-up.ts';
import type { ConfigLine } from '../ssh-config/parse.ts';
import type { ConfigTree } from '../ssh-config/read.ts';
import { configSettings } from '../ssh-config/settings.ts';
import type { SshPeer } from '../ssh-target.ts';
import type { SshOptions } from './ssh-options.ts';

export interface PeerContext {
  readonly homeDirectory: string;
  readonly userName: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly trees: readonly ConfigTree[];
}

export interface NamedSshOptions extends SshOptions {
  /** What messages call it. */
  readonly name: string;
  /** What patterns of ssh_config may match; the first is what somebody would type behind `ssh`. */
  readonly names: readonly [string, ...string[]];
  /** Wins over HostName; `address` does not. */
  readonly chosenAddress: string | undefined;
  /** Whether the way there is said already. */
  readonly hasJumps: boolean;
}

export interface ResolvedPeer {
  readonly peer: SshPeer;
  /** The line that says which way to go. */
  readonly proxyJump: ConfigLine | undefined;
  readonly notices: readonly BootstrapError[];
}

export function resolvePeer(options: NamedSshOptions, context: PeerContext): ResolvedPeer {
  const { homeDirectory, userName, variables, trees } = context;
  const { name, names, user, port, chosenAddress, hasJumps } = options;
  const { settings, warnings } = configSettings(
    lookUp(trees, { names, user, localUser: userName }),
    { user, port, address: chosenAddress, hasJumps },
    { name: names[0], localUser: userName, homeDirectory, variables },
  );
  const { proxyJump, ...found } = settings;
  const { identityFile, knownHostsFile, passphrase, password, hostKey, hostKeyChecking, connectTimeout } =
    options;
  return {
    peer: {
      ...found,
      name,
      address: found.address ?? options.address,
      port: found.port ?? 22,
      user: found.user ?? userName,
      // Whoever names a key in the inventory means this one.
      ...(identityFile === undefined ? {} : { identityFiles: [identityFile], identitiesOnly: true }),
      ...defined({
        knownHostsFiles: knownHostsFile === undefined ? undefined : [knownHostsFile],
        passphrase,
        password,
        hostKey,
        hostKeyChecking,
        connectTimeoutMs: connectTimeout === undefined ? undefined : connectTimeout * 1000,
      }),
    },
    proxyJump,
    notices: warnings,
  };
}
