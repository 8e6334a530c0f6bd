// Single nodes of a running lab: a power cut, and power again.
import { killProcess } from './node/process.ts';
import { waitForSsh } from './node/ssh.ts';
import { startNode } from './node/start.ts';
import { labFiles } from './state/files.ts';
import { requireLab, requireNode } from './state/lab-state.ts';
import { withLock } from './state/lock.ts';

/** Ends the node at once, without any shutdown. Its disk stays. */
export async function killLabNode(name: string, node: string): Promise<void> {
  const files = labFiles(name);
  await withLock(files.lock, name, async () => {
    requireNode(await requireLab(name, files), node);
    await killProcess(files.node(node));
  });
}

/** Starts a node that was killed or shut down, and waits until it answers SSH. */
export async function startLabNode(
  name: string,
  node: string,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<void> {
  const files = labFiles(name);
  const plan = await withLock(files.lock, name, async () => {
    const lab = await requireLab(name, files);
    const found = requireNode(lab, node);
    await startNode(files, lab, found, signal);
    return found;
  });
  await waitForSsh(files, plan, deadlineMs, signal);
}
