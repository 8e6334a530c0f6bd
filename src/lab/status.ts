// How a lab is doing: per node, whether it runs, answers, and what it takes.
import { statfs } from 'node:fs/promises';
import { runningSession } from './node/process.ts';
import { answersSsh } from './node/ssh.ts';
import { nodeUserspace, type Userspace } from './node/userspace.ts';
import { labFiles, type LabFiles } from './state/files.ts';
import type { LabNode, LabState } from './state/lab-schema.ts';
import { requireLab } from './state/lab-state.ts';

export interface NodeStatus extends LabNode {
  /** Undefined when the node does not run. */
  readonly processId: number | undefined;
  /** MiB of the machine's memory that the node holds; it never gives any back. */
  readonly memoryUsed: number | undefined;
  readonly ssh: boolean;
  /** How the node's kernel runs its programs; undefined when none runs. */
  readonly userspace: Userspace | undefined;
}

export interface LabStatus {
  readonly lab: LabState;
  readonly nodes: readonly NodeStatus[];
}

const answerMs = 3000;

/** @throws BootstrapError `usage` when there is no such lab */
export async function labStatus(name: string): Promise<LabStatus> {
  const files = labFiles(name);
  const lab = await requireLab(name, files);
  return { lab, nodes: await Promise.all(lab.nodes.map((node) => nodeStatus(files, node))) };
}

async function nodeStatus(files: LabFiles, node: LabNode): Promise<NodeStatus> {
  const session = await runningSession(files.node(node.name));
  if (session === undefined) {
    return { ...node, processId: undefined, memoryUsed: undefined, ssh: false, userspace: undefined };
  }
  const { leader } = session;
  const ssh = await answersSsh(files, node, answerMs);
  const userspace = await nodeUserspace(session);
  return { ...node, processId: leader, memoryUsed: await memoryUsed(leader), ssh, userspace };
}

/** The node's memory is the only file in a file system of its own, which its process sees as /dev/shm. */
async function memoryUsed(processId: number): Promise<number | undefined> {
  const space = await statfs(`/proc/${processId}/root/dev/shm`).catch(() => undefined);
  if (space === undefined) return undefined;
  return Math.round(((space.blocks - space.bfree) * space.bsize) / 2 ** 20);
}
