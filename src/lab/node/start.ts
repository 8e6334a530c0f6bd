// Starts one node of a lab: its tap device, its disk, its process.
import { access } from 'node:fs/promises';
import { BootstrapError } from '../../core/errors.ts';
import { raiseMappingLimit } from '../machine/mapping-limit.ts';
import { planFamilies } from '../network/families.ts';
import { createTap } from '../network/lab-network.ts';
import type { LabFiles } from '../state/files.ts';
import type { LabNode, LabState } from '../state/lab-schema.ts';
import { labNames } from '../state/names.ts';
import { nodeImage } from './boot-files.ts';
import { nodeArguments } from './kernel-arguments.ts';
import { runningSession, startProcess } from './process.ts';

/** Starts the node if it does not run. The disk is made by the node's kernel, and holds only what differs. */
export async function startNode(
  files: LabFiles,
  lab: LabState,
  node: LabNode,
  signal: AbortSignal,
): Promise<'running' | 'started'> {
  const own = files.node(node.name);
  if ((await runningSession(own)) !== undefined) return 'running';
  const image = nodeImage(node.image);
  await access(image.disk).catch((cause: unknown) => {
    throw new BootstrapError(
      'lab.failed',
      `the disk image ${image.disk} of the node "${node.name}" is gone`,
      {
        hint: 'Remove the lab with `ipvs-bootstrap lab down` and make it anew.',
        cause,
      },
    );
  });
  await raiseMappingLimit(signal);
  const names = labNames(lab.name);
  await createTap(names, node.name, process.getuid?.() ?? 0, signal);
  const words = nodeArguments(node, own, planFamilies(lab.subnet, lab.ipFamily));
  const disk = `${own.disk},${image.disk}`;
  const { cpu, memory } = node;
  await startProcess(names.namespace, own, { kernel: image.kernel, disk, cpu, memory, words });
  return 'started';
}
