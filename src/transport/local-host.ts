// This machine as a host: the same resident shell, through pipes.
import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import type { Host } from '../core/host.ts';
import { afterOutput } from './shell/after-output.ts';
import { ShellHost } from './shell/shell-host.ts';
import type { Machine, ShellExit, ShellProcess } from './shell/shell-process.ts';
import { startLine } from './shell/start-line.ts';

const startTimeoutMs = 20_000;

export interface LocalOptions {
  /** What the host is called; `controller` by default. */
  readonly name?: string;
  /** Use sudo; by default when this process is not root's. */
  readonly become?: boolean;
  /** The shell that is given the start line, and the one that runs the loop; `/bin/sh` by default. */
  readonly loginShell?: string;
  readonly loopShell?: string;
}

/** Opens the machine that this program runs on. */
export async function openLocalHost(options: LocalOptions = {}): Promise<Host> {
  const become = options.become ?? userInfo().uid !== 0;
  const line = startLine(become, options.loopShell);
  const machine = localMachine(options.name ?? 'controller', options.loginShell ?? '/bin/sh', line);
  const host = new ShellHost({ machine, become, startTimeoutMs });
  await host.open();
  return host;
}

function localMachine(name: string, loginShell: string, line: string): Machine {
  const running = new Set<ShellProcess>();
  return {
    name,
    start: () => {
      const shell = startShell(loginShell, line);
      running.add(shell);
      void shell.exited.then(() => running.delete(shell));
      return Promise.resolve(shell);
    },
    connections: () => 1,
    lossReason: () => undefined,
    close: async () => {
      for (const shell of running) shell.close();
      await Promise.all([...running].map((shell) => shell.exited));
    },
  };
}

function startShell(loginShell: string, line: string): ShellProcess {
  // Detached: a process group and session of its own, which the loop may kill as a whole.
  const child = spawn(loginShell, ['-c', line], { detached: true, stdio: 'pipe' });
  let closed = (): void => undefined;
  const exited = afterOutput<ShellExit>((exit, close) => {
    closed = () => {
      close({});
    };
    const report = (code: number | null, signal: string | null): ShellExit => ({
      code: code ?? undefined,
      signal: signal ?? undefined,
    });
    child.once('exit', (code, signal) => {
      exit(report(code, signal));
    });
    child.once('close', (code, signal) => {
      close(report(code, signal));
    });
    child.once('error', closed);
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    close: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
      // A command that still runs is left alone, as it is when an SSH connection is closed.
      child.unref();
      closed();
    },
  };
}
