// The stages of `lab up`, in order: packages of this machine, kernel, bundle, disk image, nodes.
import { count } from '../core/count.ts';
import { buildStage, bundleDirectory, bundleMachinePackages, bundleStages } from '../lab/bundle/stages.ts';
import { openBuildContext, type BuildContext } from '../lab/debian/cached-build.ts';
import { machinePackagesStage } from '../lab/debian/machine-packages.ts';
import { nodeRelease } from '../lab/debian/node-release.ts';
import { baseImage, imageMachinePackages } from '../lab/image/base-image.ts';
import { loadedImage } from '../lab/image/loaded-image.ts';
import { kernelMachinePackages, labKernel } from '../lab/kernel/kernel-build.ts';
import type { LabRequest } from '../lab/lab-plan.ts';
import { machineCheckStage } from '../lab/machine-checks/stage.ts';
import { checkMachinePackages } from '../lab/machine-checks/user-mode.ts';
import type { Report } from '../lab/stage.ts';
import { labFiles } from '../lab/state/files.ts';
import { requireLab } from '../lab/state/lab-state.ts';
import { cacheDirectory } from '../lab/state/paths.ts';
import { labUp } from '../lab/up.ts';
import type { ShownStage } from '../ui/stages.ts';

/** Programs that the lab itself calls. */
const runtimePackages = ['iproute2', 'openssh-client', 'util-linux', 'curl'];

export interface LabOptions {
  readonly name: string;
  readonly controlPlanes: number;
  readonly workers: number;
  readonly controlPlaneMemory?: number;
  readonly workerMemory?: number;
  readonly subnet?: string;
  readonly kubernetes?: string;
}

/** The part of the command line's options that says which lab is wanted. */
export function labRequest(options: LabOptions): LabRequest {
  const { name, controlPlanes, workers, controlPlaneMemory, workerMemory, subnet, kubernetes } = options;
  return { name, controlPlanes, workers, controlPlaneMemory, workerMemory, subnet, kubernetes };
}

/** From nothing to a machine that can carry the lab. */
export function machineStages(request: LabRequest, announce: (line: string) => void): readonly ShownStage[] {
  const packages = [
    ...checkMachinePackages,
    ...kernelMachinePackages,
    ...bundleMachinePackages,
    ...imageMachinePackages,
    ...runtimePackages,
  ];
  return [
    machinePackagesStage(packages, (missing) => {
      announce(`These Debian packages are missing and get installed now: ${missing.join(' ')}`);
    }),
    machineCheckStage(request),
  ];
}

/** From there to nodes that answer SSH, with a release of Kubernetes; what is cached is not built again. */
export function labStages(request: LabRequest, kubernetes: string): readonly ShownStage[] {
  const cache = cacheDirectory();
  const loaded = async (context: BuildContext) => loadedWith(context, kubernetes);
  return [
    buildStage(cache, 'Kernel of the nodes from source', labKernel),
    ...bundleStages(cache, kubernetes),
    buildStage(cache, 'Disk image of a node', base),
    buildStage(cache, 'Container images on the disk', loaded),
    {
      title: `Boot ${count(request.controlPlanes + request.workers, 'node')}`,
      run: async (report, signal) => {
        const { directory } = await loaded(await openBuildContext(cache, nodeRelease, report, signal));
        const { started } = await labUp(request, { directory, kubernetes }, report, signal);
        return started.length === 0 ? 'running already' : `SSH to ${count(started.length, 'node')}`;
      },
    },
  ];
}

/** Where the bundle of a lab lies; it is built if it is not there. */
export async function labBundle(name: string, report: Report, signal: AbortSignal): Promise<string> {
  const { kubernetes } = await requireLab(name, labFiles(name));
  return bundleDirectory(cacheDirectory(), kubernetes, report, signal);
}

async function base(context: BuildContext) {
  return baseImage(context, (await labKernel(context)).directory);
}

async function loadedWith(context: BuildContext, kubernetes: string) {
  const { directory } = await base(context);
  const { cacheRoot, report, signal } = context;
  const bundle = await bundleDirectory(cacheRoot, kubernetes, report, signal);
  return loadedImage(context, directory, bundle);
}
