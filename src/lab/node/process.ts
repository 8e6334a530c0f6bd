// A node's process: is it running, start it, end it. Only processes that the lab started are ever signalled.
import { chmod, mkdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../../core/command.ts';
import { BootstrapError } from '../../core/errors.ts';
import { kernelName } from '../kernel/kernel-files.ts';
import { namespaceNames } from '../network/lab-network.ts';
import { runProgram, userPrefix } from '../../local/programs/program.ts';
import type { NodeFiles } from '../state/files.ts';
import type { LabNames } from '../state/names.ts';
import { consoleTail } from './console.ts';
import { kernelArguments } from './kernel-arguments.ts';
import {
  allProcesses,
  leaderRuns,
  parseSession,
  sessionMembers,
  type NodeSession,
  type SessionMember,
} from './sessions.ts';

/**
 * When a node restarts itself, its kernel runs this program anew in the same process, but keeps the network device
 * open, which nobody else can open then. So all that is open gets closed first.
 */
const launcher = (kernel: string) => `#!/bin/bash
for path in /proc/self/fd/*; do
  fd=\${path##*/}
  if ((fd > 2)); then eval "exec $fd>&-"; fi
done
exec -a "$0" ${quote(kernel)} "$@"
`;

/**
 * Runs in the lab's namespace as root, in a mount namespace of its own. The node's memory is a file in a tmpfs that
 * nobody else sees, so the size and the mount options of the machine's /dev/shm do not matter and nothing is left
 * behind. What follows the first three words is the command.
 */
const startScript = `
size=$1 console=$2 process=$3; shift 3
exec >>"$console" 2>&1 </dev/null
mount -t tmpfs -o "size=$size,mode=1777" lab-memory /dev/shm
echo "$$-$(cut -d ' ' -f 22 /proc/$$/stat)" >"$process"
export TMPDIR=/dev/shm
exec "$@"
`;

export interface NodeProcess {
  /** Path of the kernel. */
  readonly kernel: string;
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Path of its disk; with a comma and a second path, that one is read and only the first one written. */
  readonly disk: string;
  /** What is added to the kernel's command line. */
  readonly words: readonly string[];
}

/** The process of a running node, or undefined. */
export async function runningSession(files: NodeFiles): Promise<NodeSession | undefined> {
  const session = await recordedSession(files);
  return session !== undefined && leaderRuns(session, await allProcesses()) ? session : undefined;
}

/**
 * Starts a kernel in a network namespace (undefined: in one that has no way out) and returns once its process runs. It
 * outlives this program. Quick, so that it need not be interrupted: afterwards the process is recorded.
 */
export async function startProcess(
  namespace: string | undefined,
  files: NodeFiles,
  node: NodeProcess,
): Promise<NodeSession> {
  await rm(files.kernel, { recursive: true, force: true });
  await rm(files.process, { force: true });
  await mkdir(files.kernel, { recursive: true });
  await writeFile(files.console, '');
  await writeFile(files.launcher, launcher(node.kernel));
  await chmod(files.launcher, 0o755);
  const script = [
    'sh',
    '-euc',
    startScript,
    'sh',
    `${node.memory + spareMemory}m`,
    files.console,
    files.process,
  ];
  const pinned = [
    'taskset',
    '--cpu-list',
    String(node.cpu),
    files.launcher,
    ...kernelArguments(node.disk, node.memory, files),
    ...node.words,
  ];
  // Root's rights are for setting up only.
  const command = ['setsid', '--fork', ...script, ...userPrefix(), ...pinned];
  const isolation =
    namespace === undefined ? ['unshare', '--mount', '--net'] : ['ip', 'netns', 'exec', namespace];
  const [program = '', ...args] = [...isolation, ...command];
  await runProgram(program, args, { asRoot: true });
  for (let waited = 0; waited < startMs; waited += pollMs) {
    const session = await recordedSession(files);
    if (session !== undefined) return session;
    await sleep(pollMs);
  }
  throw new BootstrapError('lab.failed', `the process of the node in ${files.directory} did not start`, {
    detail: await consoleTail(files.console),
  });
}

/** Ends the node at once, as if its power had failed. A node that does not run is fine. */
export async function killProcess(files: NodeFiles): Promise<void> {
  const session = await recordedSession(files);
  if (session === undefined) return;
  await killUntilGone(async () => sessionMembers(session, await allProcesses()));
  await rm(files.process, { force: true });
}

/** Ends whatever the lab started in its namespace, recorded or not. */
export async function killStrays(names: LabNames, directory: string): Promise<void> {
  if (!(await namespaceNames()).has(names.namespace)) return;
  await killUntilGone(async () => {
    const listing = await runProgram('ip', ['netns', 'pids', names.namespace], { asRoot: true });
    const inside = new Set(listing.split('\n').map(Number));
    const processes = (await allProcesses()).filter(({ processId }) => inside.has(processId));
    const ours = await Promise.all(processes.map(async (one) => isOurs(one, directory, names.namespace)));
    return processes.filter((_, index) => ours[index]).map(({ processId }) => processId);
  });
}

/**
 * The namespace may hold somebody's shell, which is none of our business.
 * @throws BootstrapError `lab.failed` for nodes of another user's lab of the same name
 */
async function isOurs(process: SessionMember, directory: string, namespace: string): Promise<boolean> {
  const { processId, session } = process;
  const leader = await commandWords(session);
  const words = [...leader, ...(await commandWords(processId))];
  if (words.some((word) => word.startsWith(`${directory}/`))) return true;
  const program = await readlink(`/proc/${processId}/exe`).catch(() => '');
  if (basename(program).split(' ', 1)[0] !== kernelName) return false;
  if (leader.length === 0) return true;
  throw new BootstrapError('lab.failed', `${namespace} holds nodes of another user (process ${session})`, {
    hint: 'Choose another name with --name.',
  });
}

async function commandWords(processId: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '');
  return text === '' ? [] : text.split('\0');
}

const spareMemory = 128;
const startMs = 10_000;
const pollMs = 20;
const killRounds = 100;

async function killUntilGone(find: () => Promise<readonly number[]>): Promise<void> {
  for (let round = 0; round < killRounds; round++) {
    const targets = await find();
    if (targets.length === 0) return;
    // The shell's own kill, as a small Debian has no other. One of them may have ended in between.
    const script = ['-c', 'kill -KILL "$@"', 'sh', ...targets.map(String)];
    await runProgram('sh', script, { asRoot: true }).catch(() => undefined);
    await sleep(pollMs * Math.min(round + 1, 10));
  }
  throw new BootstrapError('lab.failed', `processes ${(await find()).join(', ')} do not end`);
}

async function recordedSession(files: NodeFiles): Promise<NodeSession | undefined> {
  return parseSession(await readFile(files.process, 'utf8').catch(() => ''));
}
