// ipvs-bootstrap init: an inventory to start from.
import { initialInventory, writeInitialInventory } from '../../app/init.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import type { CommandContext } from '../context.ts';

export async function run({ output }: CommandContext, _options: object, file?: string): Promise<number> {
  if (file === undefined) {
    output.result(initialInventory().trimEnd());
    return exitCodes.done;
  }
  await writeInitialInventory(file);
  output.progress(`wrote ${file}; fill in your hosts, then: ipvs-bootstrap validate ${file}`);
  return exitCodes.done;
}
