// Checks a request for a lab against the machine before anything is installed, built or booted.
import { readdir } from 'node:fs/promises';
import { nodeImageName } from './image/loaded-image.ts';
import { planLab, type LabRequest } from './lab-plan.ts';
import { hasProgram } from './machine/machine.ts';
import { assertSupported } from './machine/support.ts';
import { planFamilies } from './network/families.ts';
import { refuseCollision } from './network/lab-network.ts';
import { kindsOf, type NodeKind } from './node-kind.ts';
import { runningSession } from './node/process.ts';
import { labFiles } from './state/files.ts';
import { readLab } from './state/lab-state.ts';
import { checkLabName, labNames } from './state/names.ts';
import { cacheDirectory } from './state/paths.ts';

/** MiB, at the height of the builds. */
const buildSpace = 6000;

/** MiB for the images of a further kind of node. */
const kindSpace = 2000;

/** MiB that a node with a cluster on it writes to its disk. */
const nodeSpace = 1500;

/**
 * Returns the kinds of the lab's nodes. Changes nothing.
 * @throws BootstrapError `usage` or `lab.unsupported` when the lab cannot be made as asked for
 */
export async function checkRequest(request: LabRequest, signal: AbortSignal): Promise<readonly NodeKind[]> {
  checkLabName(request.name);
  const files = labFiles(request.name);
  const lab = planLab(
    request,
    await readLab(files),
    { of: () => '', kubernetes: '' },
    { allowed: [0], used: [] },
  );
  const sessions = await Promise.all(lab.nodes.map(async ({ name }) => runningSession(files.node(name))));
  const toStart = lab.nodes.filter((_, index) => sessions[index] === undefined);
  const kinds = kindsOf(lab.nodes);
  await assertSupported({
    memory: toStart.reduce((sum, { memory }) => sum + memory, 0),
    cacheDisk: (await hasNodeImage()) ? 0 : buildSpace + (kinds.length - 1) * kindSpace,
    stateDisk: toStart.length * nodeSpace,
    ipv6: lab.ipFamily !== 'ipv4',
  });
  // On a machine without it, it gets installed, and the check is made later.
  if (await hasProgram('ip')) {
    await refuseCollision(labNames(lab.name), planFamilies(lab.subnet, lab.ipFamily), signal);
  }
  return kinds;
}

/** Whether there is something to boot from; which may be of an older version of the program. */
export async function hasNodeImage(): Promise<boolean> {
  const entries = await readdir(cacheDirectory()).catch(() => []);
  return entries.some((entry) => entry.startsWith(`${nodeImageName}-`) && !entry.includes('.'));
}
