// Takes a lab down and leaves nothing of it behind.
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { runningSession } from './node/process.ts';
import { sshArguments } from './node/ssh.ts';
import type { Report } from './stage.ts';
import { labFiles, type LabFiles } from './state/files.ts';
import type { LabNode } from './state/lab-schema.ts';
import { readLab } from './state/lab-state.ts';
import { withLock } from './state/lock.ts';
import { checkLabName } from './state/names.ts';
import { stopLab, tearDown } from './teardown.ts';

export interface LabDownOptions {
  readonly name: string;
  /** Shut the nodes down in order and keep their disks and addresses, so that labUp goes on with them. */
  readonly keepDisks?: boolean;
}

/**
 * Ends the nodes and removes processes, interfaces, namespaces and, unless asked otherwise, all files. Works on what a
 * crash left, too. A lab that does not exist is fine. Disks that are thrown away need no orderly shutdown.
 */
export async function labDown({ name, keepDisks = false }: LabDownOptions, report: Report): Promise<void> {
  checkLabName(name);
  const files = labFiles(name);
  await withLock(files.lock, name, async () => {
    if (!keepDisks) {
      await tearDown(name, files);
      return;
    }
    const nodes = (await readLab(files))?.nodes ?? [];
    await Promise.all(nodes.map((node) => shutDown(files, node, report)));
    await stopLab(name, files);
  });
}

const requestMs = 10_000;
const shutdownMs = 60_000;
const pollMs = 100;

/** A node that does not answer is left to be ended by force. */
async function shutDown(files: LabFiles, node: LabNode, report: Report): Promise<void> {
  if ((await runningSession(files.node(node.name))) === undefined) return;
  report(`shutting ${node.name} down`);
  const args = [...sshArguments(files, node), 'systemctl', 'poweroff'];
  const { failed } = await execa('ssh', args, {
    reject: false,
    stdin: 'ignore',
    timeout: requestMs,
  });
  if (failed) report(`${node.name} does not answer`);
  const deadline = performance.now() + (failed ? 0 : shutdownMs);
  while (performance.now() < deadline && (await runningSession(files.node(node.name))) !== undefined) {
    await sleep(pollMs);
  }
}
