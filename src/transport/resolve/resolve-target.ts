// SSH options → targets: the inventory first, then ssh_config, then the defaults.
import { join } from 'node:path';
import { formatPlace, type BootstrapError } from '../../core/errors.ts';
import { groupBy } from '../../core/group-by.ts';
import { readConfig, type ConfigTree } from '../ssh-config/read.ts';
import type { SshTarget } from '../ssh-target.ts';
import { bastionsOf } from './jumps.ts';
import { resolvePeer, type PeerContext } from './resolve-peer.ts';
import type { HostSshOptions } from './ssh-options.ts';

/** Who and where we are. */
export interface ResolveContext {
  readonly homeDirectory: string;
  readonly userName: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The system's configuration file. */
  readonly systemConfigFile: string;
}

export interface ResolvedTargets {
  readonly targets: readonly SshTarget[];
  /** What ssh_config says and we do not honour; each once, wherever it stands. */
  readonly warnings: readonly BootstrapError[];
}

/** @throws BootstrapError `connect.config` or `file.unreadable` for an ssh_config that cannot be read */
export async function resolveTargets(
  all: readonly HostSshOptions[],
  context: ResolveContext,
): Promise<ResolvedTargets> {
  const files = new Map<string | undefined, Promise<readonly ConfigTree[]>>();
  const notices: BootstrapError[] = [];
  const targets: SshTarget[] = [];
  for (const options of all) {
    const reading = files.get(options.configFile) ?? readConfigs(options.configFile, context);
    files.set(options.configFile, reading);
    const resolved = resolveTarget(options, { ...context, trees: await reading });
    targets.push(resolved.target);
    notices.push(...resolved.notices);
  }
  return { targets, warnings: eachOnce(notices) };
}

/** One for each thing that is said, at its first place, with the other places: many hosts share lines, or have the like. */
function eachOnce(notices: readonly BootstrapError[]): readonly BootstrapError[] {
  return [...groupBy(notices, ({ message }) => message).values()].map((alike) => {
    const [first] = alike;
    const places = alike.flatMap(({ where }) => (where === undefined ? [] : [formatPlace(where)]));
    const [, ...others] = new Set(places);
    if (others.length === 0) return first;
    const more = others.length > shownPlaces ? `, and ${others.length - shownPlaces} more` : '';
    return first.with({
      message: `${first.message} (also ${others.slice(0, shownPlaces).join(', ')}${more})`,
    });
  });
}

const shownPlaces = 3;

async function readConfigs(
  file: string | undefined,
  { homeDirectory, systemConfigFile }: ResolveContext,
): Promise<readonly ConfigTree[]> {
  if (file === 'none') return [];
  const own = { homeDirectory, includeDirectory: join(homeDirectory, '.ssh') };
  if (file !== undefined) return [await readConfig({ ...own, file, isOptional: false, isPrivate: false })];
  return Promise.all([
    readConfig({ ...own, file: join(homeDirectory, '.ssh', 'config'), isOptional: true, isPrivate: true }),
    readConfig({
      homeDirectory,
      includeDirectory: '/etc/ssh',
      file: systemConfigFile,
      isOptional: true,
      isPrivate: false,
    }),
  ]);
}

function resolveTarget(
  options: HostSshOptions,
  context: PeerContext,
): { readonly target: SshTarget; readonly notices: readonly BootstrapError[] } {
  const { name, sshAddress, become, becomePassword, jump, bootTimeout, configFile: _, ...said } = options;
  const names = [name, options.address] as const;
  const { peer, proxyJump, notices } = resolvePeer(
    { ...said, name, names, chosenAddress: sshAddress, hasJumps: jump !== undefined },
    context,
  );
  const bastions = bastionsOf(jump ?? proxyJump, options, context);
  return {
    target: {
      ...peer,
      ...(bootTimeout === undefined ? {} : { bootTimeoutMs: bootTimeout * 1000 }),
      become: become ?? peer.user !== 'root',
      becomePassword,
      jumps: bastions.peers.length === 0 ? undefined : bastions.peers,
    },
    notices: [...notices, ...bastions.notices],
  };
}
