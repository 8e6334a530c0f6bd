// A real ssh-agent with keys of its own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Agent {
  readonly socket: string;
  add(keyFile: string): void;
  removeAll(): void;
  stop(): Promise<void>;
}

/** @param directory where its socket goes */
export async function startAgent(directory: string): Promise<Agent> {
  const socket = join(directory, 'agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 200 && !existsSync(socket); attempt += 1) await sleep(10);
  const add = (args: readonly string[]): void => {
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    const { status, stderr } = spawnSync('ssh-add', ['-q', ...args], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`ssh-add: ${stderr}`);
  };
  return {
    socket,
    add: (keyFile) => {
      add([keyFile]);
    },
    removeAll: () => {
      add(['-D']);
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
