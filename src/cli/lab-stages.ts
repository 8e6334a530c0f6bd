// The stages of `lab up`, in order: packages of this machine, bundle, disk image, nodes.
import { count } from '../core/count.ts';
import { buildStage, bundleDirectory, bundleMachinePackages, bundleStages } from '../lab/bundle/stages.ts';
import { openBuildContext, type BuildContext } from '../lab/debian/cached-build.ts';
import { machinePackagesStage } from '../lab/debian/machine-packages.ts';
import { nodeRelease } from '../lab/debian/node-release.ts';
import { baseImage, imageMachinePackages } from '../lab/image/base-image.ts';
import { loadedImage } from '../lab/image/loaded-image.ts';
import { kernelMachinePackages, labKernel } from '../lab/kernel/kernel-build.ts';
import type { LabFamily } from '../lab/ip-family.ts';
import type { LabRequest } from '../lab/lab-plan.ts';
import { machineCheckStage } from '../lab/machine-checks/stage.ts';
import { checkMachinePackages } from '../lab/machine-checks/user-mode.ts';
import type { Report } from '../lab/stage.ts';
import { cacheDirectory } from '../lab/state/paths.ts';
import { labUp } from '../lab/up.ts';
import type { ShownStage } from '../ui/stages.ts';

/** Programs that the lab itself calls. */
const runtimePackages = ['iproute2', 'openssh-client', 'util-linux', 'curl', 'dnsmasq-base'];

export interface LabOptions {
  readonly name: string;
  readonly controlPlanes: number;
  readonly workers: number;
  readonly controlPlaneMemory?: number;
  readonly workerMemory?: number;
  readonly subnet?: string;
  readonly ipFamily?: LabFamily;
}

/** The part of the command line's options that says which lab is wanted. */
export function labRequest(options: LabOptions): LabRequest {
  const { name, controlPlanes, workers, controlPlaneMemory, workerMemory, subnet, ipFamily } = options;
  return { name, controlPlanes, workers, controlPlaneMemory, workerMemory, subnet, ipFamily };
}

/** Everything from nothing to nodes that answer SSH; what is cached is not built again. */
export function labStages(request: LabRequest, announce: (line: string) => void): readonly ShownStage[] {
  const cache = cacheDirectory();
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
    buildStage(cache, 'Kernel of the nodes from source', labKernel),
    ...bundleStages(cache),
    buildStage(cache, 'Disk image of a node', base),
    buildStage(cache, 'Container images on the disk', async (context) => loaded(context)),
    {
      title: `Boot ${count(request.controlPlanes + request.workers, 'node')}`,
      run: async (report, signal) => {
        const { directory } = await loaded(await openBuildContext(cache, nodeRelease, report, signal));
        const { started } = await labUp(request, directory, report, signal);
        return started.length === 0 ? 'running already' : `SSH to ${count(started.length, 'node')}`;
      },
    },
  ];
}

/** Where the lab's bundle lies; it is built if it is not there. */
export async function labBundle(report: Report, signal: AbortSignal): Promise<string> {
  return bundleDirectory(cacheDirectory(), report, signal);
}

async function base(context: BuildContext) {
  return baseImage(context, (await labKernel(context)).directory);
}

async function loaded(context: BuildContext) {
  const { directory } = await base(context);
  const bundle = await bundleDirectory(context.cacheRoot, context.report, context.signal);
  return loadedImage(context, directory, bundle);
}
