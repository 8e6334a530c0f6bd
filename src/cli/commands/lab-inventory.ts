// ipvs-bootstrap lab inventory: an inventory of the lab's nodes, on standard output.
import { exitCodes } from '../../core/exit-codes.ts';
import { labInventory } from '../../lab/inventory.ts';
import type { CommandContext } from '../context.ts';
import { labBundle } from '../lab-stages.ts';

export async function run(
  { output, signal }: CommandContext,
  { name }: { readonly name: string },
): Promise<number> {
  const bundle = await labBundle(() => undefined, signal);
  output.result((await labInventory(name, bundle)).trimEnd());
  return exitCodes.done;
}
