// ipvs-bootstrap completion: the script that a shell reads to complete our command lines.
import { readFile } from 'node:fs/promises';
import { exitCodes } from '../../core/exit-codes.ts';
import { packagePath } from '../../core/package-root.ts';
import type { CommandContext } from '../context.ts';

export async function run({ output }: CommandContext, _options: object, shell: string): Promise<number> {
  const script = await readFile(packagePath(`templates/completion/ipvs-bootstrap.${shell}`), 'utf8');
  output.result(script.trimEnd());
  return exitCodes.done;
}
