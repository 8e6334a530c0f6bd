// This machine with an empty /var/lib, /usr/local and /opt of its own, as a host of the program: in a mount namespace that is
// gone with the test.
import { spawn } from 'node:child_process';
import { execa } from 'execa';
import type { z } from 'zod';
import { cmd } from '../../src/core/command.ts';
import { contentBytes } from '../../src/core/secret.ts';
import {
  installRequest,
  prepareRequest,
  stepRequest,
  temporaryPath,
} from '../../src/engine/tasks/step-commands.ts';
import type { FactQuery, ProbeOutput } from '../../src/facts/fact.ts';
import type { Operation, Plan, Step } from '../../src/operations/operation.ts';

export interface SeparateHost {
  /** The sh of the host, with these variables besides. */
  shell(text: string, stdin?: Uint8Array): Promise<ProbeOutput>;
  /** The same; what it writes to stderr when it fails is the error. */
  run(text: string, stdin?: Uint8Array): Promise<string>;
  plan<Schema extends z.ZodType>(operation: Operation<Schema>, args: z.input<Schema>): Promise<Plan>;
  /** Does the steps in order, as the engine would. */
  apply(steps: readonly Step[]): Promise<void>;
  stop(): Promise<void>;
}

/** What some machines have, and no test is to find. */
const runtimePrograms = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc', 'crictl'];

/** @param without further programs of this machine that it has not. @param variables of its environment */
export async function separateHost(
  without: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<SeparateHost> {
  const env = { PATH: '/usr/local/bin:/run/bin', ...variables };
  const hidden = [...runtimePrograms, ...without];
  const command = ['--mount', '--propagation', 'private', '/bin/sh', '-ec', hold, 'sh', ...hidden];
  const holder = spawn('/usr/bin/unshare', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const inside = ['--mount', '-t', String(holder.pid), '--', '/bin/sh'];

  const shell: SeparateHost['shell'] = async (text, input = Buffer.alloc(0)) => {
    const result = await execa('/usr/bin/nsenter', [...inside, '-c', text], {
      env,
      extendEnv: false,
      input,
      reject: false,
      stripFinalNewline: false,
    });
    const { exitCode = 1, stdout, stderr } = result;
    return { exitCode, stdout, stderr };
  };
  const run: SeparateHost['run'] = async (text, stdin) => {
    const { exitCode, stdout, stderr } = await shell(text, stdin);
    if (exitCode !== 0) throw new Error(stderr.trim());
    return stdout;
  };
  const applyStep = async (step: Step): Promise<void> => {
    if (step.kind === 'upload') {
      await run(prepareRequest(step).command.text);
      await run(cmd`cp ${step.localPath} ${temporaryPath(step.path)}`.text);
      await run(installRequest(step).command.text);
      return;
    }
    const { command, stdin } = stepRequest(step);
    await run(command.text, stdin === undefined || stdin instanceof Uint8Array ? stdin : contentBytes(stdin));
  };
  return {
    shell,
    run,
    plan: async (operation, args) => {
      const wanted = operation.args.parse(args);
      const values = new Map<string, unknown>();
      for (const { query } of operation.needs(wanted))
        values.set(query.key, query.parse(await shell(query.command.text)));
      return operation.plan(wanted, { get: <Value>({ key }: FactQuery<Value>) => values.get(key) as Value });
    },
    apply: async (steps) => {
      for (const step of steps) await applyStep(step);
    },
    stop: async () => {
      const ended = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end();
      await ended;
    },
  };
}

/** Ends with its standard input. */
const hold = `
for directory in /var/lib /usr/local /opt /run; do mount -t tmpfs -o mode=755 none $directory; done
for directory in /usr/lib/cni /usr/libexec/cni; do
[ ! -d $directory ] || mount -t tmpfs none $directory
done
mkdir /usr/local/bin /run/bin
ln -s /usr/sbin/* /run/bin
ln -sf /usr/bin/* /run/bin
for name in "$@"; do rm -f "/run/bin/$name"; done
echo ready
read -r _ || :
`;
