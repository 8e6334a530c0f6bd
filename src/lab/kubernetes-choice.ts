// Which release of Kubernetes a lab is made with, where nobody has said it.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootstrapError } from '../core/errors.ts';
import { hasModuleKubernetes } from './bundle/module-kubernetes.ts';
import { debianVersion, newestVersion } from './bundle/versions.ts';
import type { BuildContext } from './debian/cached-build.ts';
import { goCommand } from './go/go-command.ts';
import { kubernetesModule } from './go/kubernetes-module.ts';
import { assertServed } from './go/module-source.ts';
import { withGoWorkspace } from './go/workspace.ts';
import type { LabRequest } from './lab-plan.ts';
import { throwIfInterrupted } from '../local/programs/program.ts';
import { withWorkDirectory } from '../local/programs/work-directory.ts';
import type { Report } from './stage.ts';
import { labFiles } from './state/files.ts';
import { readLab } from './state/lab-state.ts';
import { cacheDirectory } from './state/paths.ts';

export interface KubernetesChoice {
  readonly version: string;
  /** A sentence for the user, where it is not what one would expect. */
  readonly reason?: string;
}

/**
 * The release that was asked for, or that of the lab that is there, or the newest that this program has run. Where that
 * one can neither be found in the cache nor be fetched, the older one that Debian has.
 */
export async function labKubernetes(
  request: LabRequest,
  report: Report,
  signal: AbortSignal,
): Promise<KubernetesChoice> {
  if (request.kubernetes !== undefined) return { version: request.kubernetes };
  const existing = await readLab(labFiles(request.name));
  if (existing !== undefined) return { version: existing.kubernetes };
  const cacheRoot = cacheDirectory();
  if (await hasModuleKubernetes(cacheRoot, newestVersion)) return { version: newestVersion };
  const context = { cacheRoot, report, signal };
  const why =
    (await obstacle(signal, () => goCommand(context), 'a Go compiler cannot be had: ')) ??
    (await obstacle(signal, () => askProxy(context)));
  if (why === undefined) return { version: newestVersion };
  return {
    version: debianVersion,
    reason: `The lab is made with ${debianVersion}, which Debian has, as ${why}.`,
  };
}

/** Why `work` does not succeed; undefined when it does. */
async function obstacle(
  signal: AbortSignal,
  work: () => Promise<unknown>,
  prefix = '',
): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    throwIfInterrupted(signal);
    if (!(error instanceof BootstrapError)) throw error;
    return `${prefix}${error.message}`;
  }
}

async function askProxy(context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>): Promise<void> {
  context.report('asking the Go module proxy');
  await withWorkDirectory(tmpdir(), (directory) =>
    withGoWorkspace(context, join(directory, 'go'), (workspace) =>
      assertServed(workspace, kubernetesModule(newestVersion, [])),
    ),
  );
}
