// Checks a request for a lab against the machine before anything is installed, built or booted.
import { debianVersion, newestVersion } from './bundle/versions.ts';
import { lackingImages } from './image/ready-images.ts';
import { planLab, type LabRequest } from './lab-plan.ts';
import { hasProgram } from './machine/machine.ts';
import { assertSupported } from './machine/support.ts';
import { planFamilies } from './network/families.ts';
import { refuseCollision } from './network/lab-network.ts';
import { kindsOf, type NodeKind } from './node-kind.ts';
import { runningSession } from './node/process.ts';
import { labFiles } from './state/files.ts';
import type { LabState } from './state/lab-schema.ts';
import { readLab } from './state/lab-state.ts';
import { checkLabName, labNames } from './state/names.ts';
import { cacheDirectory } from './state/paths.ts';

/** MiB, at the height of the builds for one kind of node. */
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
  const files = labFiles(request.name);
  const lab = await plannedLab(request);
  const sessions = await Promise.all(lab.nodes.map(async ({ name }) => runningSession(files.node(name))));
  const toStart = lab.nodes.filter((_, index) => sessions[index] === undefined);
  await assertSupported({
    memory: toStart.reduce((sum, { memory }) => sum + memory, 0),
    cacheDisk: await spaceToBuild(lab),
    stateDisk: toStart.length * nodeSpace,
    ipv6: lab.ipFamily !== 'ipv4',
  });
  // On a machine without it, it gets installed, and the check is made later.
  if (await hasProgram('ip')) {
    await refuseCollision(labNames(lab.name), planFamilies(lab.subnet, lab.ipFamily), signal);
  }
  return kindsOf(lab.nodes);
}

/** Whether all is there that the lab's nodes boot from, which may be of an older version of the program. */
export async function hasNodeImages(request: LabRequest): Promise<boolean> {
  return (await spaceToBuild(await plannedLab(request))) === 0;
}

/** MiB. Where the Kubernetes is still to be chosen, as if it were the one of which most is there. */
async function spaceToBuild({ kubernetes, nodes }: LabState): Promise<number> {
  const versions = kubernetes === '' ? [newestVersion, debianVersion] : [kubernetes];
  const kinds = kindsOf(nodes);
  const spaces = versions.map(async (version) => {
    const lacking = (await lackingImages(cacheDirectory(), kinds, version)).length;
    if (lacking === 0) return 0;
    // Without any image, kernel and Kubernetes may be lacking as well.
    return (lacking === kinds.length ? buildSpace - kindSpace : 0) + lacking * kindSpace;
  });
  return Math.min(...(await Promise.all(spaces)));
}

/** Without what is not known yet. */
async function plannedLab(request: LabRequest): Promise<LabState> {
  checkLabName(request.name);
  const images = { of: () => '', kubernetes: '' };
  return planLab(request, await readLab(labFiles(request.name)), images, { allowed: [0], used: [] });
}
