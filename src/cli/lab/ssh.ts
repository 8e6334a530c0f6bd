// ipvs-bootstrap lab ssh: OpenSSH to a node, with the lab's key and known host keys.
import { execa } from 'execa';
import { sshArguments } from '../../lab/node/ssh.ts';
import { labFiles } from '../../lab/state/files.ts';
import { requireLab, requireNode } from '../../lab/state/lab-state.ts';
import type { CommandContext } from '../context.ts';

export async function run(
  _context: CommandContext,
  { name }: { readonly name: string },
  node: string,
  command: readonly string[],
): Promise<number> {
  const files = labFiles(name);
  const target = requireNode(await requireLab(name, files), node);
  const { exitCode } = await execa('ssh', [...sshArguments(files, target), ...command], {
    stdio: 'inherit',
    reject: false,
  });
  return exitCode ?? 1;
}
