// Chosen objects of the API, of any kind: those that a manifest names, as far as they are there.
import { cmd } from '../../core/command.ts';
import { kubectlProbe, noKubeconfig, probeSeconds } from '../../kube/kubectl.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';
import { readApiObjects, type ApiObjects } from './api-objects.ts';

export interface ObjectToFind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Ask a control plane only. Objects that are not there, and those of kinds that the API does not know yet, are left out. */
export const namedObjects: Fact<ApiObjects, { readonly objects: readonly ObjectToFind[] }> = {
  name: 'api.named-objects',
  scope: 'cluster',
  timeoutMs: (probeSeconds + 30) * 1000,
  probe: ({ objects }) => cmd`[ -e ${kubernetesPaths.adminKubeconfig} ] || exit ${noKubeconfig}
printf %s ${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })} |
${kubectlProbe(cmd`get --ignore-not-found -o json -f -`)}`,
  parse(output) {
    const lines = output.stderr.split('\n').filter((line) => line.trim() !== '');
    const isComplete = output.exitCode === 1 && lines.length > 0 && lines.every(tellsUnknownKind);
    return readApiObjects(isComplete ? { ...output, exitCode: 0 } : output);
  },
};

/** A custom kind before its definition is there; kubectl has said so in several ways. */
function tellsUnknownKind(line: string): boolean {
  return /no matches for kind|^ensure CRDs are installed first|could not find the requested resource/.test(
    line,
  );
}
