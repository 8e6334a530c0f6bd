// The stages that make the lab's Kubernetes bundle, in their order.
import { openBuildContext, type BuildContext } from '../debian/cached-build.ts';
import { nodeRelease } from '../debian/node-release.ts';
import type { Report, Stage } from '../stage.ts';
import { kubernetesBundle } from './bundle-build.ts';
import { kubernetesPrograms } from './kubernetes-build.ts';

/** Debian packages that the machine itself needs for these stages. */
export const bundleMachinePackages = ['patch', 'tar', 'xz-utils'] as const;

/** Stages to be run one after the other. The first takes minutes when nothing is cached, the second seconds. */
export function bundleStages(cacheRoot: string): readonly Stage[] {
  return [
    buildStage(cacheRoot, 'Kubernetes programs from source', kubernetesPrograms),
    buildStage(cacheRoot, 'Kubernetes bundle of images and packages', bundle),
  ];
}

/** The directory of the bundle, which is built first if it is not in the cache. */
export async function bundleDirectory(
  cacheRoot: string,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return (await bundle(await openBuildContext(cacheRoot, nodeRelease, report, signal))).directory;
}

async function bundle(context: BuildContext) {
  return kubernetesBundle(context, (await kubernetesPrograms(context)).directory);
}

/** A stage that builds an entry of the cache, or finds it there. */
export function buildStage(
  cacheRoot: string,
  title: string,
  build: (context: BuildContext) => Promise<{ readonly outcome: 'cached' | 'built' }>,
): Stage {
  return {
    title,
    run: async (report, signal) =>
      (await build(await openBuildContext(cacheRoot, nodeRelease, report, signal))).outcome,
  };
}
