// A host over SSH: one connection, opened anew when it was lost and something is asked again.
import type { Host } from '../core/host.ts';
import { readKnownHosts } from './host-keys.ts';
import { ShellHost } from './shell-host.ts';
import type { Machine } from './shell-process.ts';
import { planAuth } from './ssh-auth.ts';
import { openConnection, type SshConnection } from './ssh-connection.ts';
import { processEnvironment, sshDefaults, type SshEnvironment, type SshTarget } from './ssh-target.ts';
import { startLine } from './start-line.ts';

/** Connects, logs in and starts the resident shell. @throws BootstrapError one of `connect.*` */
export async function openSshHost(
  target: SshTarget,
  environment: SshEnvironment = processEnvironment(),
  signal?: AbortSignal,
): Promise<Host> {
  const host = new ShellHost({
    machine: sshMachine(target, environment),
    become: target.become,
    startTimeoutMs: target.connectTimeoutMs ?? sshDefaults.connectTimeoutMs,
  });
  try {
    await host.open(signal);
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}

function sshMachine(target: SshTarget, environment: SshEnvironment): Machine {
  let connection: Promise<SshConnection> | undefined;
  let current: SshConnection | undefined;
  let opened = 0;

  const connect = async (signal?: AbortSignal): Promise<SshConnection> => {
    const knownHosts = await readKnownHosts(target, environment);
    const auth = await planAuth(target, environment);
    opened += 1;
    current = await openConnection({
      target,
      knownHosts,
      auth,
      ...(signal === undefined ? {} : { signal }),
    });
    return current;
  };

  return {
    name: target.name,
    start: async (signal) => {
      if (current?.lossReason() !== undefined) {
        current = undefined;
        connection = undefined;
      }
      connection ??= connect(signal).catch((error: unknown) => {
        connection = undefined;
        throw error;
      });
      return (await connection).exec(startLine(target.become));
    },
    connections: () => opened,
    lossReason: () => current?.lossReason(),
    close: async () => {
      await current?.close();
    },
  };
}
