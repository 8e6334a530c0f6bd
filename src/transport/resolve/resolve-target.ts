// Wishes → targets: the inventory first, then ssh_config, then the defaults.
import { join } from 'node:path';
import { formatPlace, type BootstrapError } from '../../core/errors.ts';
import { bastionsOf } from './jumps.ts';
import { resolvePeer, type PeerContext } from './resolve-peer.ts';
import type { HostWish } from './ssh-options.ts';
import type { SshTarget } from '../ssh-target.ts';
import { readConfig, type ConfigTree } from '../ssh-config/read.ts';

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
  /** What ssh_config says and we do not honour; each once. */
  readonly warnings: readonly BootstrapError[];
}

/** @throws BootstrapError `connect.config` or `file.unreadable` for an ssh_config that cannot be read */
export async function resolveTargets(
  wishes: readonly HostWish[],
  context: ResolveContext,
): Promise<ResolvedTargets> {
  const files = new Map<string | undefined, Promise<readonly ConfigTree[]>>();
  const warnings = new Map<string, BootstrapError>();
  const targets: SshTarget[] = [];
  for (const wish of wishes) {
    const reading = files.get(wish.configFile) ?? readConfigs(wish.configFile, context);
    files.set(wish.configFile, reading);
    const { target, notices } = resolveTarget(wish, { ...context, trees: await reading });
    targets.push(target);
    for (const notice of notices)
      warnings.set(
        `${notice.where === undefined ? '' : formatPlace(notice.where)} ${notice.message}`,
        notice,
      );
  }
  return { targets, warnings: [...warnings.values()] };
}

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
  wish: HostWish,
  context: PeerContext,
): { readonly target: SshTarget; readonly notices: readonly BootstrapError[] } {
  const { name, sshAddress, become, becomePassword, jump, configFile: _, ...said } = wish;
  const names = [name, wish.address] as const;
  const { peer, proxyJump, notices } = resolvePeer(
    { ...said, name, names, chosenAddress: sshAddress, hasJumps: jump !== undefined },
    context,
  );
  const bastions = bastionsOf(jump ?? proxyJump, wish, context);
  return {
    target: {
      ...peer,
      become: become ?? peer.user !== 'root',
      ...(becomePassword === undefined ? {} : { becomePassword }),
      ...(bastions.peers.length === 0 ? {} : { jumps: bastions.peers }),
    },
    notices: [...notices, ...bastions.notices],
  };
}
