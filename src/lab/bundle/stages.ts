// The stages that make the lab's Kubernetes bundle, in their order.
import { openBuildContext, type BuildContext } from '../debian/cached-build.ts';
import { nodeRelease } from '../debian/node-release.ts';
import type { Report, Stage } from '../stage.ts';
import { kubernetesBundle } from './bundle-build.ts';
import { kubernetesRelease } from './release.ts';

/** Debian packages that the machine itself needs for these stages. */
export const bundleMachinePackages = ['patch', 'tar', 'xz-utils'] as const;

/** Stages to be run one after the other. The first takes minutes when nothing is cached, the second seconds. */
export function bundleStages(cacheRoot: string, version: string): readonly Stage[] {
  const release = async (context: BuildContext) => kubernetesRelease(context, version);
  const bundle = async (context: BuildContext) => bundleOf(context, version);
  return [
    buildStage(cacheRoot, `Kubernetes ${version} from source`, release),
    buildStage(cacheRoot, `Bundle of Kubernetes ${version}`, bundle),
  ];
}

/** The directory of a version's bundle, which is built first if it is not in the cache. */
export async function bundleDirectory(
  cacheRoot: string,
  version: string,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return (await bundleOf(await openBuildContext(cacheRoot, nodeRelease, report, signal), version)).directory;
}

async function bundleOf(context: BuildContext, version: string) {
  return kubernetesBundle(context, await kubernetesRelease(context, version));
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
