// ipvs-bootstrap lab inventory: an inventory of the lab's nodes, on standard output.
import { exitCodes } from '../../core/exit-codes.ts';
import { labInventory } from '../../lab/inventory.ts';
import { labFiles } from '../../lab/state/files.ts';
import { requireLab } from '../../lab/state/lab-state.ts';
import type { CommandContext } from '../context.ts';

export async function run(
  { output, signal }: CommandContext,
  { name }: { readonly name: string },
): Promise<number> {
  await requireLab(name, labFiles(name));
  // Only now: a bundle that is not there is built.
  const { labBundle } = await import('../lab-stages.ts');
  const bundle = await labBundle(name, () => undefined, signal);
  output.result((await labInventory(name, bundle)).trimEnd());
  return exitCodes.done;
}
