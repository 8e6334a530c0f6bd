// ipvs-bootstrap lab down: nothing of the lab is left but the cache.
import { exitCodes } from '../../core/exit-codes.ts';
import { labDown } from '../../lab/down.ts';
import { askForRootRights } from '../../lab/machine/root-rights.ts';
import { runStages } from '../../ui/stages.ts';
import type { CommandContext } from '../context.ts';

export async function run(
  { output, signal }: CommandContext,
  { name }: { readonly name: string },
): Promise<number> {
  const stage = {
    title: `Take the lab "${name}" down`,
    run: async (report: (line: string) => void) => {
      await labDown({ name }, report);
      return 'gone';
    },
  };
  await askForRootRights();
  await runStages([stage], output, signal);
  return exitCodes.done;
}
