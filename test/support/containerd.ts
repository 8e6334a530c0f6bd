// A real containerd in a mount namespace of its own: /etc, /run, /opt and its data are its alone and gone with it.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { z } from 'zod';
import { contentBytes } from '../../src/core/secret.ts';
import { stepRequest } from '../../src/engine/tasks/step-commands.ts';
import type { FactQuery, ProbeOutput } from '../../src/facts/fact.ts';
import { containerdPrograms } from '../../src/lab/image/containerd-programs.ts';
import { cacheDirectory } from '../../src/lab/state/paths.ts';
import type { Operation, Plan } from '../../src/operations/operation.ts';

/** Debian's of this machine, or the one that the lab compiles. */
export type ContainerdKind = 'of Debian' | '2';

export interface ContainerdHost {
  /** What a plan of the operation says about this host now. */
  plan<Schema extends z.ZodType>(operation: Operation<Schema>, args: z.input<Schema>): Promise<Plan>;
  answer<Value>(query: FactQuery<Value>): Promise<Value>;
  /** Does the steps of a plan, in order, as the engine would. */
  apply(plan: Plan): Promise<void>;
  /** The same for one shell command; what it writes to stderr when it fails is the error. */
  run(text: string, stdin?: Uint8Array): Promise<string>;
  /** With the configuration that is there now. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A machine on which it does not run yet. @param programs further ones in its PATH: their names, and what is in them */
export async function containerdHost(
  kind: ContainerdKind,
  programs: Readonly<Record<string, string>>,
): Promise<ContainerdHost> {
  const directory = mkdtempSync(join(tmpdir(), 'containerd-'));
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  const PATH = `${bin}:${await programsOf(kind, directory)}:${process.env['PATH'] ?? ''}`;
  // Proxies are for the world outside; registries of tests are on loopback.
  const env = { PATH, HOME: directory };
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-ec', holdNamespace], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const inside = ['--mount', '-t', String(holder.pid), '--', 'sh'];
  let daemon: number | undefined;

  const shell = async (text: string, input: Uint8Array = Buffer.alloc(0)): Promise<ProbeOutput> => {
    const {
      exitCode = 1,
      stdout,
      stderr,
    } = await execa('nsenter', [...inside, '-c', text], {
      env,
      extendEnv: false,
      input,
      reject: false,
      stripFinalNewline: false,
    });
    return { exitCode, stdout, stderr };
  };
  const run = async (text: string, stdin?: Uint8Array): Promise<string> => {
    const { exitCode, stdout, stderr } = await shell(text, stdin);
    if (exitCode !== 0) throw new Error(stderr.trim());
    return stdout;
  };
  const answer = async <Value>(query: FactQuery<Value>): Promise<Value> =>
    query.parse(await shell(query.command.text));
  const endDaemon = async (): Promise<void> => {
    if (daemon === undefined) return;
    await run(`kill ${daemon}; while kill -0 ${daemon} 2>/dev/null; do /bin/sleep 0.05; done`);
    daemon = undefined;
  };
  return {
    run,
    answer,
    plan: async (operation, args) => {
      const wanted = operation.args.parse(args);
      const values = new Map<string, unknown>();
      for (const { query } of operation.needs(wanted)) values.set(query.key, await answer(query));
      return operation.plan(wanted, { get: <Value>({ key }: FactQuery<Value>) => values.get(key) as Value });
    },
    apply: async ({ steps }) => {
      for (const step of steps) {
        if (step.kind === 'upload') throw new Error('nothing is sent here');
        const { command, stdin } = stepRequest(step);
        await run(
          command.text,
          stdin === undefined || stdin instanceof Uint8Array ? stdin : contentBytes(stdin),
        );
      }
    },
    restart: async () => {
      await endDaemon();
      daemon = Number(await run(startDaemon));
      for (let attempt = 0; attempt < 300; attempt += 1) {
        const log = await run('cat /run/log');
        if (log.includes('successfully booted')) return;
        await sleep(50);
      }
      throw new Error(`containerd does not start: ${await run('cat /run/log')}`);
    },
    stop: async () => {
      await endDaemon();
      const ended = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end();
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

/** A copy of /etc, for its CAs, with nobody to ask for names; the rest is empty. Ends with its standard input. */
const holdNamespace = `
mkdir /tmp/.etc.$$
mount -t tmpfs none /tmp/.etc.$$
cp -a /etc/. /tmp/.etc.$$/
mount --bind /tmp/.etc.$$ /etc
umount -l /tmp/.etc.$$
rmdir /tmp/.etc.$$
rm -f /etc/resolv.conf && echo 'nameserver 127.0.0.1' >/etc/resolv.conf
for directory in /run /opt /var/lib; do mount -t tmpfs none $directory; done
rm -rf /etc/containerd /etc/cni
echo ready
read -r _ || :
`;

const startDaemon = `
: >/run/log
containerd >>/run/log 2>&1 </dev/null &
echo $!
`;

/** The directory with its programs. */
async function programsOf(kind: ContainerdKind, directory: string): Promise<string> {
  if (kind === 'of Debian') return unpackDebian(directory);
  const { signal } = new AbortController();
  const entry = await containerdPrograms({ cacheRoot: cacheDirectory(), report: () => undefined, signal });
  return entry.directory;
}

/** Not installed: it could take the place of another one that somebody uses. */
function unpackDebian(directory: string): string {
  const apt = (...args: readonly string[]): void => {
    execFileSync('apt-get', ['-qq', ...args], { cwd: directory, stdio: 'pipe' });
  };
  try {
    apt('download', 'containerd');
  } catch {
    apt('update');
    apt('download', 'containerd');
  }
  const file = readdirSync(directory).find((name) => name.endsWith('.deb')) ?? '';
  execFileSync('dpkg-deb', ['--extract', file, 'debian'], { cwd: directory });
  return join(directory, 'debian/usr/bin');
}
