// ipvs-bootstrap lab demo: nodes, a cluster on them, and its external IPs seen at work.
import { fetchAnswers } from '../../app/fetch-answers.ts';
import { run as runUp } from '../commands/up.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { labInventory } from '../../lab/inventory.ts';
import { labFiles } from '../../lab/state/files.ts';
import type { CommandContext } from '../context.ts';
import { openShownCluster } from '../hosts/run-playbook.ts';
import { labBundle, type LabOptions } from '../lab-stages.ts';
import { writePrivateFile } from '../local/private-file.ts';
import { bootLab } from './up.ts';

export async function run(context: CommandContext, options: LabOptions): Promise<number> {
  await bootLab(context, options);
  const inventory = labFiles(options.name).inventory;
  const bundle = await labBundle(options.name, () => undefined, context.signal);
  await writePrivateFile(inventory, await labInventory(options.name, bundle));
  const exitCode = await runUp(context, { dryRun: false, concurrency: 50 }, inventory);
  if (exitCode !== exitCodes.done) return exitCode;
  await showAnswers(context, inventory);
  showNext(context, options.name, inventory);
  return exitCodes.done;
}

async function showAnswers(context: CommandContext, file: string): Promise<void> {
  const { output, signal } = context;
  const { inventory } = await openShownCluster(context, file);
  output.result('\nAnswers fetched from this machine:');
  for (const { url, namespace, answers } of await fetchAnswers(inventory.workloads, 4, signal)) {
    output.result(`  ${url}  (${namespace})  ${answers.join('  ')}`);
  }
}

function showNext({ output }: CommandContext, name: string, inventory: string): void {
  const lab = name === 'lab' ? 'lab' : `lab --name ${name}`;
  const lines = [
    '',
    'Look around (each with `npx ipvs-bootstrap`):',
    `  status ${inventory}`,
    `  verify ${inventory}`,
    `  ${lab} ssh master1 ipvsadm -ln`,
    `  ${lab} down`,
  ];
  lines.forEach(output.result);
}
