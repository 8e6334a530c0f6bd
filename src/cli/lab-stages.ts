// The stages of `lab up`, in order: packages of this machine, bundle, disk image, nodes.
import { count } from '../core/count.ts';
import { buildStage, bundleDirectory, bundleMachinePackages, bundleStages } from '../lab/bundle/stages.ts';
import { withCacheInUse } from '../lab/cache-use.ts';
import { openBuildContext, type BuildContext } from '../lab/debian/cached-build.ts';
import { machinePackagesStage } from '../lab/debian/machine-packages.ts';
import { nodeRelease } from '../lab/debian/node-release.ts';
import { imageMachinePackages } from '../lab/image/base-image.ts';
import { containerdPrograms } from '../lab/image/containerd-programs.ts';
import { loadedImage } from '../lab/image/loaded-image.ts';
import { baseImageOf, imageForEach } from '../lab/image/node-images.ts';
import { kernelMachinePackages, labKernel } from '../lab/kernel/kernel-build.ts';
import type { LabFamily } from '../lab/ip-family.ts';
import type { LabRequest } from '../lab/lab-plan.ts';
import { machineCheckStage } from '../lab/machine-checks/stage.ts';
import { checkMachinePackages } from '../lab/machine-checks/user-mode.ts';
import { kindName, type NodeKind } from '../lab/node-kind.ts';
import type { Report } from '../lab/stage.ts';
import { labFiles } from '../lab/state/files.ts';
import { requireLab } from '../lab/state/lab-state.ts';
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
  readonly kubernetes?: string;
  readonly release?: NonNullable<LabRequest['releases']>;
  readonly containerd?: NonNullable<LabRequest['containerds']>;
}

/** The part of the command line's options that says which lab is wanted. */
export function labRequest(options: LabOptions): LabRequest {
  const { release: releases, containerd: containerds, ...same } = options;
  return { ...same, releases, containerds };
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

/** From there to nodes of these kinds that answer SSH, with a release of Kubernetes; what is cached is not built again. */
export function labStages(
  request: LabRequest,
  kinds: readonly NodeKind[],
  kubernetes: string,
): readonly ShownStage[] {
  const cache = cacheDirectory();
  const loaded = async (context: BuildContext, kind: NodeKind) => loadedWith(kubernetes, context, kind);
  return [
    buildStage(cache, 'Kernel of the nodes from source', labKernel),
    ...bundleStages(cache, kubernetes),
    ...(kinds.some(({ containerd }) => containerd === '2')
      ? [buildStage(cache, 'containerd 2 from source', containerdPrograms)]
      : []),
    buildStage(cache, 'Disk image of a node', async (context) => imageForEach(kinds, context, base)),
    buildStage(cache, 'Container images on the disk', async (context) =>
      imageForEach(kinds, context, loaded),
    ),
    {
      title: `Boot ${count(request.controlPlanes + request.workers, 'node')}`,
      run: async (report, signal) => {
        const context = await openBuildContext(cache, nodeRelease, report, signal);
        const { directories } = await imageForEach(kinds, context, loaded);
        const of = (kind: NodeKind): string => directories.get(kindName(kind)) ?? '';
        const { started } = await labUp(request, { of, kubernetes }, report, signal);
        return started.length === 0 ? 'running already' : `SSH to ${count(started.length, 'node')}`;
      },
    },
  ];
}

/** Where the bundle of a lab lies; it is built if it is not there. */
export async function labBundle(name: string, report: Report, signal: AbortSignal): Promise<string> {
  const { kubernetes } = await requireLab(name, labFiles(name));
  const cacheRoot = cacheDirectory();
  return withCacheInUse({ cacheRoot, report, signal }, () =>
    bundleDirectory(cacheRoot, kubernetes, report, signal),
  );
}

async function base(context: BuildContext, kind: NodeKind) {
  return baseImageOf(context, kind, (await labKernel(context)).directory);
}

async function loadedWith(kubernetes: string, context: BuildContext, kind: NodeKind) {
  const { directory } = await base(context, kind);
  const { cacheRoot, report, signal } = context;
  const bundle = await bundleDirectory(cacheRoot, kubernetes, report, signal);
  return loadedImage(context, directory, bundle);
}
