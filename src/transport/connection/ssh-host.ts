// A host over SSH: one connection, opened anew when it was lost and something is asked again.
import type { Host } from '../../core/host.ts';
import { lost } from '../shell/run-failure.ts';
import { ShellHost } from '../shell/shell-host.ts';
import type { Machine, ShellProcess } from '../shell/shell-process.ts';
import { startLine, sudoPasswordLine } from '../shell/start-line.ts';
import { processEnvironment, sshDefaults, type SshEnvironment, type SshTarget } from '../ssh-target.ts';
import type { SshConnection } from './ssh-connection.ts';
import { createSshServices, type SshServices } from './ssh-services.ts';
import { newSudoWords, passSudo } from './sudo-gate.ts';

/** Connects, logs in and starts the resident shell. @throws BootstrapError one of `connect.*` */
export async function openSshHost(
  target: SshTarget,
  environment: SshEnvironment = processEnvironment(),
  signal?: AbortSignal,
): Promise<Host> {
  const services = createSshServices(environment);
  const host = await openHostWith(services, target, signal).catch(async (error: unknown) => {
    await services.bastions.close();
    throw error;
  });
  const close = host.close.bind(host);
  return Object.assign(host, {
    close: async () => {
      await close();
      await services.bastions.close();
    },
  });
}

/** Likewise, with what the connections of a run share. */
export async function openHostWith(
  services: SshServices,
  target: SshTarget,
  signal?: AbortSignal,
): Promise<Host> {
  const host = new ShellHost({
    machine: sshMachine(target, services),
    become: target.become,
    startTimeoutMs: shellTimeout(target),
  });
  try {
    await host.open(signal);
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}

function shellTimeout({ connectTimeoutMs }: SshTarget): number {
  return connectTimeoutMs ?? sshDefaults.connectTimeoutMs;
}

function sshMachine(target: SshTarget, services: SshServices): Machine {
  let connection: Promise<SshConnection> | undefined;
  let current: SshConnection | undefined;
  let opened = 0;
  const closing = new AbortController();

  const connect = async (own?: AbortSignal): Promise<SshConnection> => {
    const signal = own === undefined ? closing.signal : AbortSignal.any([own, closing.signal]);
    const via = await services.bastions.reach(target.name, target.jumps ?? [], signal);
    opened += 1;
    current = await services.open(target, via, signal);
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
      return startShell(await connection, target, services, signal);
    },
    startApart: async () => {
      const via = await services.bastions.reach(target.name, target.jumps ?? [], closing.signal);
      opened += 1;
      const apart = await services.open(target, via, closing.signal);
      try {
        const process = await startShell(apart, target, services);
        void process.exited.then(() => apart.close());
        return process;
      } catch (error) {
        await apart.close();
        throw error;
      }
    },
    connections: () => opened,
    lossReason: () => current?.lossReason(),
    close: async () => {
      // One that is just being opened is ended as well.
      closing.abort();
      await connection?.then(
        (connected) => connected.close(),
        () => undefined,
      );
    },
  };
}

/** Starts a shell that waits for its program, behind sudo where the target wants it. */
async function startShell(
  connection: SshConnection,
  target: SshTarget,
  { secrets }: SshServices,
  signal?: AbortSignal,
): Promise<ShellProcess> {
  const { name, become, becomePassword } = target;
  const timeoutMs = shellTimeout(target);
  if (!become || becomePassword === undefined)
    return connection.exec(startLine(become), { timeoutMs, signal });
  const password = await secrets.read(becomePassword, 'sudo password');
  const words = newSudoWords();
  const process = await connection.exec(sudoPasswordLine(words), { timeoutMs, signal });
  try {
    return await passSudo(process, { host: name, words, password, timeoutMs, signal });
  } catch (error) {
    const loss = connection.lossReason();
    throw loss === undefined ? error : lost(name, 'the connection was lost', loss);
  }
}
