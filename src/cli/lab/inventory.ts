// ipvs-bootstrap lab inventory: an inventory of the lab's nodes, on standard output.
import { exitCodes } from '../../core/exit-codes.ts';
import { labInventory } from '../../lab/inventory.ts';
import { labFiles } from '../../lab/state/files.ts';
import { requireLab } from '../../lab/state/lab-state.ts';
import type { CommandContext } from '../context.ts';
import type { LabCni } from '../lab-stages.ts';

export async function run(
  { output, signal }: CommandContext,
  { name, cni }: { readonly name: string; readonly cni: LabCni },
): Promise<number> {
  await requireLab(name, labFiles(name));
  // Only now: a bundle that is not there is built.
  const { labBundle } = await import('../lab-stages.ts');
  const { directory, podNetwork } = await labBundle(name, cni, output.progress, signal);
  output.result((await labInventory(name, directory, podNetwork)).trimEnd());
  return exitCodes.done;
}
