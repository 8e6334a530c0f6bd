// ipvs-bootstrap lab up: nodes on this machine.
import { exitCodes } from '../../core/exit-codes.ts';
import { newestVersion } from '../../lab/bundle/versions.ts';
import { withCacheInUse } from '../../lab/cache-use.ts';
import { checkRequest } from '../../lab/check-request.ts';
import { labKubernetes, type KubernetesChoice } from '../../lab/kubernetes-choice.ts';
import type { LabRequest } from '../../lab/lab-plan.ts';
import { askForRootRights } from '../../lab/machine/root-rights.ts';
import type { Report } from '../../lab/stage.ts';
import { cacheDirectory } from '../../lab/state/paths.ts';
import type { Output } from '../../ui/output.ts';
import { runStages } from '../../ui/stages.ts';
import type { CommandContext } from '../context.ts';
import { labRequest, labStages, machineStages, type LabOptions } from '../lab-stages.ts';

export async function run(context: CommandContext, options: LabOptions): Promise<number> {
  await bootLab(context, options);
  const { output } = context;
  const name = options.name === 'lab' ? '' : ` --name ${options.name}`;
  output.progress(
    [
      'The nodes are up. Next:',
      `  ipvs-bootstrap lab${name} inventory > lab.yaml`,
      '  ipvs-bootstrap up lab.yaml',
      `  ipvs-bootstrap lab${name} ssh master1`,
    ].join('\n'),
  );
  return exitCodes.done;
}

/** Builds and boots, showing each stage, once it is sure that the machine can carry the lab. */
export async function bootLab({ output, signal }: CommandContext, options: LabOptions): Promise<void> {
  const request = labRequest(options);
  await checkRequest(request, signal);
  await askForRootRights();
  await runStages(machineStages(request, output.progress), output, signal);
  // Until the state of the lab says it, nothing shows what it is made from.
  await withCacheInUse({ cacheRoot: cacheDirectory(), report: output.progress, signal }, async () => {
    const kubernetes = await chooseKubernetes(request, output, signal);
    // Not every Kubernetes goes with what else was asked for, nor is there room to build each.
    const kinds = await checkRequest({ ...request, kubernetes }, signal);
    await runStages(labStages(request, kinds, kubernetes), output, signal);
  });
}

/** Shown as a stage, as a Go compiler may be downloaded for it. */
async function chooseKubernetes(request: LabRequest, output: Output, signal: AbortSignal): Promise<string> {
  let chosen: KubernetesChoice | undefined;
  const stage = {
    title: 'Choose the Kubernetes',
    run: async (report: Report) => {
      chosen = await labKubernetes(request, report, signal);
      return chosen.version;
    },
  };
  await runStages([stage], output, signal);
  if (chosen?.reason !== undefined) output.progress(chosen.reason);
  return chosen?.version ?? newestVersion;
}
