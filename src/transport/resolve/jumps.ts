// The bastions on the way to a host: from the inventory, or from ProxyJump.
import { defined } from '../../core/defined.ts';
import type { BootstrapError } from '../../core/errors.ts';
import { configError, type ConfigLine } from '../ssh-config/parse.ts';
import type { SshPeer } from '../ssh-target.ts';
import { resolvePeer, type PeerContext } from './resolve-peer.ts';
import type { SshOptions } from './ssh-options.ts';

/** More than anybody has; a chain that is longer goes in circles. */
const longestChain = 8;

export interface ResolvedBastions {
  readonly peers: readonly SshPeer[];
  readonly notices: readonly BootstrapError[];
}

/**
 * The chain of bastions, the nearest first. As with ssh, the way to the first of them may go through others that
 * ssh_config names; whose keys are trusted, and how strictly, follows the host unless said otherwise.
 * @throws BootstrapError `connect.config` for a chain without an end
 */
export function bastionsOf(
  jumps: readonly SshOptions[] | ConfigLine | undefined,
  host: Pick<SshOptions, 'knownHostsFile' | 'hostKeyChecking'>,
  context: PeerContext,
  length = 0,
): ResolvedBastions {
  if (jumps === undefined) return { peers: [], notices: [] };
  const written: readonly SshOptions[] = 'keyword' in jumps ? parseJumps(jumps) : jumps;
  const { knownHostsFile, hostKeyChecking } = host;
  const inherited = defined({ knownHostsFile, hostKeyChecking });
  const resolved = written.map((options, index) =>
    resolvePeer(
      {
        ...inherited,
        ...options,
        name: `the bastion ${options.address}`,
        names: [options.address],
        chosenAddress: undefined,
        hasJumps: index > 0,
      },
      context,
    ),
  );
  const before = wayTo(written, resolved[0]?.proxyJump);
  if (before !== undefined && length + written.length > longestChain)
    throw configError(before, 'the way through the bastions goes in circles');
  const nearer = bastionsOf(before, host, context, length + written.length);
  return {
    peers: [...nearer.peers, ...resolved.map(({ peer }) => peer)],
    notices: [...nearer.notices, ...resolved.flatMap(({ notices }) => notices)],
  };
}

/** A ProxyJump that holds for all hosts names its own bastion as well, and does not mean it. */
function wayTo(bastions: readonly SshOptions[], line: ConfigLine | undefined): ConfigLine | undefined {
  const names = line === undefined ? [] : parseJumps(line).map(({ address }) => address);
  return bastions.some(({ address }) => names.includes(address)) ? undefined : line;
}

/** `[user@]host[:port]`, also as `ssh://`, separated by commas. */
function parseJumps(line: ConfigLine): readonly SshOptions[] {
  return line.args[0].split(',').map((text) => {
    const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:@[\]]+))(?::(\d+))?\/?$/.exec(text.trim());
    const [, user, bracketed, plain, port] = match ?? [];
    const address = bracketed ?? plain;
    if (address === undefined || Number(port ?? 22) > 65_535)
      throw configError(line, `proxyjump must be [user@]host[:port], is "${text}"`);
    return defined({ address, user, port: port === undefined ? undefined : Number(port) });
  });
}
