// SSH to one node of a lab, with the lab's own key and the node's known host key.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { BootstrapError } from '../../core/errors.ts';
import { throwIfInterrupted } from '../../local/programs/program.ts';
import type { LabFiles } from '../state/files.ts';
import type { LabNode } from '../state/lab-schema.ts';
import { consoleTail } from './console.ts';
import { expectedHostKey } from './keys.ts';
import { runningSession } from './process.ts';

/** Arguments for OpenSSH's `ssh` to log in to a node. */
export function sshArguments(files: LabFiles, node: LabNode): readonly string[] {
  const options = {
    IdentityFile: files.identity,
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: files.knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    LogLevel: 'ERROR',
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  // The user's own configuration is for the user's own hosts.
  return ['-F', 'none', ...words, `root@${node.address}`];
}

/** Whether the node lets us log in now. */
export async function answersSsh(
  files: LabFiles,
  node: LabNode,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const privateKey = await readFile(files.identity);
  const expected = await expectedHostKey(files, node.name);
  const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]);
  // Not before it is needed, as it is large.
  const { default: ssh2 } = await import('ssh2');
  if (limit.aborted) return false;
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    const finish = (answer: boolean) => {
      limit.removeEventListener('abort', giveUp);
      client.removeAllListeners().on('error', () => undefined);
      client.destroy();
      resolve(answer);
    };
    const giveUp = () => {
      finish(false);
    };
    limit.addEventListener('abort', giveUp);
    client
      .on('ready', () => {
        finish(true);
      })
      .on('error', giveUp)
      .on('close', giveUp)
      .connect({
        host: node.address,
        username: 'root',
        privateKey,
        readyTimeout: timeoutMs,
        hostVerifier: (key: Buffer) => key.equals(expected),
      });
  });
}

const attemptMs = 5000;
const pauseMs = 200;

/**
 * Waits until the node lets us log in.
 * @throws BootstrapError `lab.failed` with the end of its console when its process ends or `deadlineMs` have passed
 */
export async function waitForSsh(
  files: LabFiles,
  node: LabNode,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  const { console } = files.node(node.name);
  while (!(await answersSsh(files, node, attemptMs, signal))) {
    throwIfInterrupted(signal);
    if ((await runningSession(files.node(node.name))) === undefined) {
      throw new BootstrapError('lab.failed', `the node ${node.name} ended while it booted`, {
        detail: await consoleTail(console),
      });
    }
    if (performance.now() > deadline) {
      const seconds = Math.round(deadlineMs / 1000);
      throw new BootstrapError('lab.failed', `the node ${node.name} does not answer SSH after ${seconds} s`, {
        data: { limitMs: deadlineMs },
        detail: await consoleTail(console),
      });
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
