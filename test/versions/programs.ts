// Where kubeadm and kube-proxy of a version come from: a directory that has them, the lab, or Kubernetes' source.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { hasModuleKubernetes, moduleKubernetes } from '../../src/lab/bundle/module-kubernetes.ts';
import { cachedPrograms } from '../../src/lab/go/cached-programs.ts';
import { kubernetesModule } from '../../src/lab/go/kubernetes-module.ts';
import { cacheDirectory } from '../../src/lab/state/paths.ts';

export interface ProgramSource {
  /** A directory with one for each version: DIRECTORY/v1.37.2/kubeadm. */
  readonly directory: string | undefined;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The directory with both programs. What was compiled stays in the lab's cache. */
export async function programsOf(version: string, source: ProgramSource): Promise<string> {
  const given = source.directory === undefined ? undefined : join(source.directory, version);
  if (given !== undefined && (await isThere(join(given, 'kube-proxy')))) return given;
  const cacheRoot = cacheDirectory();
  const context = { cacheRoot, report: source.report, signal: source.signal };
  // The lab has compiled them for its nodes.
  if (await hasModuleKubernetes(cacheRoot, version)) {
    return (await moduleKubernetes(context, version)).directory;
  }
  const wanted = kubernetesModule(version, ['kubeadm', 'kube-proxy']);
  return (await cachedPrograms(context, 'checked-programs', { ...wanted, quick: true })).directory;
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
