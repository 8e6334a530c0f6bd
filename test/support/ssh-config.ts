// Logs in as the inventory, an ssh_config and the defaults together say it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/core/host.ts';
import { createConnector, type ClosableConnector } from '../../src/transport/connector.ts';
import { resolveTargets, type ResolvedTargets } from '../../src/transport/resolve/resolve-target.ts';
import type { HostSshOptions } from '../../src/transport/resolve/ssh-options.ts';
import type { SshEnvironment } from '../../src/transport/ssh-target.ts';

/** Writes `~/.ssh/NAME`, for a home directory of a test. */
export function writeHome(environment: SshEnvironment, name: string, lines: readonly string[]): string {
  const directory = join(environment.homeDirectory, '.ssh');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, name);
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** SSH options as the program resolves them, without the configuration of this machine. */
export function resolveOptions(
  all: readonly HostSshOptions[],
  environment: SshEnvironment,
  userName = 'root',
): Promise<ResolvedTargets> {
  const { homeDirectory } = environment;
  return resolveTargets(all, {
    homeDirectory,
    userName,
    variables: { WHERE: homeDirectory },
    systemConfigFile: join(homeDirectory, 'system_config'),
  });
}

export interface OpenedHost {
  readonly host: Host;
  readonly connector: ClosableConnector;
}

/** Opens the host of these options. */
export async function openWithOptions(
  options: HostSshOptions,
  environment: SshEnvironment,
): Promise<OpenedHost> {
  const { targets } = await resolveOptions([options], environment);
  const connector = createConnector({ targets, environment });
  try {
    return { host: await connector.connect(options.name), connector };
  } catch (error) {
    await connector.close();
    throw error;
  }
}
