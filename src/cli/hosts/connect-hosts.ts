// Opens the way to an inventory's hosts: settings, passwords and passphrases, and the connector over all of that.
import { hostSshOptions, type Cluster, type LoginOptions } from '../../app/cluster.ts';
import { BootstrapError } from '../../core/errors.ts';
import { Redactor } from '../../core/secret.ts';
import { throwErrors } from '../../source/throw-errors.ts';
import type { ClosableConnector } from '../../transport/connector.ts';
import type { TrustedServer } from '../../transport/host-keys/known-hosts-files.ts';
import type { SecretReader } from '../../transport/login/secret-reader.ts';
import { resolveTargets } from '../../transport/resolve/resolve-target.ts';
import { warningLines } from '../../ui/problem-text.ts';
import type { CommandContext } from '../context.ts';
import { localEnvironment } from '../local/local-environment.ts';
import { secretReader } from './secrets.ts';

/** What is said of servers that are trusted at the first contact: one warning. */
export function trustedWarnings(trusted: readonly TrustedServer[]): readonly BootstrapError[] {
  const [first] = trusted;
  if (first === undefined) return [];
  const isKept = trusted.every(({ file }) => file !== undefined);
  const howLong = isKept ? 'from now on' : 'now';
  const message =
    trusted.length === 1
      ? `a host key was new and is trusted ${howLong}`
      : `${trusted.length} host keys were new and are trusted ${howLong}`;
  const lines = trusted.map(
    ({ name, address, key, file }) =>
      `${name} (${address}): ${key}, ${file === undefined ? 'remembered nowhere: it will be new again' : `added to ${file}`}`,
  );
  const hint =
    'On a host\'s console, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" shows what to compare with.';
  return [new BootstrapError('connect.hostKey', message, { detail: lines.join('\n'), hint })];
}

export interface ConnectOptions extends LoginOptions {
  readonly limit?: readonly string[];
  /** Tasks on this machine run as whoever runs the program; by default as root. */
  readonly isLocalUnprivileged?: boolean;
}

export interface ConnectedBy {
  /** Learns the secrets that are typed or read. */
  readonly redactor?: Redactor;
  /** Has read some of them already. */
  readonly secrets?: SecretReader;
  /** The hosts that will be used; by default those of `--limit`, and the one that keeps the lock. */
  readonly names?: readonly string[];
}

/**
 * Shows what of ssh_config is not honoured, and asks for what has to be typed, before anything else uses the screen.
 * @throws BootstrapError `connect.config`, `connect.key`, `file.unreadable` or `interrupted`
 */
export async function connectHosts(
  context: CommandContext,
  { inventory, missingKeys }: Cluster,
  options: ConnectOptions,
  { redactor = new Redactor(), secrets = secretReader(context, redactor), names }: ConnectedBy = {},
): Promise<ClosableConnector> {
  const { output, environment } = context;
  // With a password for all hosts none of them needs a key.
  if (options.askPass !== true) throwErrors(missingKeys);
  const { targets, warnings } = await resolveTargets(hostSshOptions(inventory, options), {
    ...localEnvironment(),
    variables: environment,
    systemConfigFile: '/etc/ssh/ssh_config',
  });
  for (const warning of warnings) warningLines(warning, output.style).forEach(output.progress);
  const trusted: TrustedServer[] = [];
  // Not before it is needed: ssh2 comes with it.
  const { createConnector } = await import('../../transport/connector.ts');
  const connector = createConnector({
    targets,
    onTrusted: (server) => trusted.push(server),
    local: options.isLocalUnprivileged === true ? { become: false } : undefined,
    secrets,
  });
  await connector.unlock(names ?? (options.limit && [...options.limit, inventory.cluster.firstControlPlane]));
  return {
    ...connector,
    close: async () => {
      await connector.close();
      // Not before: a screen may still be drawn while hosts are connected.
      for (const warning of trustedWarnings(trusted.splice(0)))
        warningLines(warning, output.style).forEach(output.progress);
    },
  };
}
