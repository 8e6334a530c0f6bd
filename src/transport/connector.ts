// Opens hosts by name, each once, and closes them all.
import { BootstrapError } from '../core/errors.ts';
import type { Host, HostConnector } from '../core/host.ts';
import { openWhileBooting } from './connection/boot-patience.ts';
import { openHostWith } from './connection/ssh-host.ts';
import { createSshServices } from './connection/ssh-services.ts';
import type { TrustedServer } from './host-keys/known-hosts-files.ts';
import { openLocalHost, type LocalOptions } from './local-host.ts';
import type { SecretReader } from './login/secret-reader.ts';
import { unlockTargets } from './login/unlock.ts';
import { processEnvironment, type SshEnvironment, type SshTarget } from './ssh-target.ts';

/** The name of the machine that this program runs on. */
export const controllerName = 'controller';

export interface ConnectorOptions {
  readonly targets: readonly SshTarget[];
  readonly environment?: SshEnvironment;
  readonly local?: LocalOptions | undefined;
  /** Where passwords and passphrases come from; by default variables and files, and nobody is asked. */
  readonly secrets?: SecretReader;
  /** Is told of each server that was new and is trusted from now on. */
  readonly onTrusted?: (server: TrustedServer) => void;
}

export interface ClosableConnector extends HostConnector {
  /**
   * Asks for what a person has to type, before anything else needs the screen: for these hosts, or for all. What cannot
   * be had is no error here; it is told as the error of the hosts that need it.
   */
  unlock(names?: readonly string[]): Promise<void>;
  /** How many connections to bastions were opened. */
  bastionConnections(): number;
  /** Closes every host that was opened, also those that are just being opened. */
  close(): Promise<void>;
}

/** A connector over the given targets and the machine itself, which is called `controller`. */
export function createConnector(options: ConnectorOptions): ClosableConnector {
  const targets = new Map(options.targets.map((target) => [target.name, target]));
  const environment = options.environment ?? processEnvironment();
  const services = createSshServices(environment, options.secrets, options.onTrusted);
  const hosts = new Map<string, Promise<Host>>();
  const apart: Promise<Host>[] = [];

  const open: HostConnector['connect'] = (name, signal, onRetry) => {
    if (name === controllerName) return openLocalHost(options.local);
    const target = targets.get(name);
    return target === undefined
      ? Promise.reject(new BootstrapError('internal', `no host is called ${name}`))
      : openWhileBooting(target, () => openHostWith(services, target, signal), signal, onRetry);
  };

  return {
    unlock: (names) =>
      unlockTargets(
        options.targets.filter(({ name }) => names === undefined || names.includes(name)),
        services,
      ),
    bastionConnections: () => services.bastions.connections(),
    connect: (name, signal, onRetry) => {
      const host =
        hosts.get(name) ??
        open(name, signal, onRetry).catch((error: unknown) => {
          // So that a later try starts anew.
          hosts.delete(name);
          throw error;
        });
      hosts.set(name, host);
      return host;
    },
    connectApart: (name, signal) => {
      const host = open(name, signal);
      apart.push(host);
      return host;
    },
    close: async () => {
      const opened = await Promise.allSettled([...hosts.values(), ...apart]);
      hosts.clear();
      await Promise.all(opened.flatMap((host) => (host.status === 'fulfilled' ? [host.value.close()] : [])));
      await services.bastions.close();
    },
  };
}
