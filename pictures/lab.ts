// A lab of our own for as long as the pictures are made, and its inventory.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { run, type Stoppable } from './program.ts';

const name = 'pictures';

/** As it is seen in the picture. */
export const inventory = 'cluster.yaml';

/** Boots two nodes, and removes them after the work, however it ended. */
export async function withLab<Result>(at: Stoppable, work: () => Promise<Result>): Promise<Result> {
  const remove = (): Promise<string> => run(['lab', '--name', name, 'down'], { cwd: at.cwd });
  // What is left of an earlier one would be a cluster already.
  await remove();
  try {
    await bootNodes({ workers: 1 }, at);
    return await work();
  } finally {
    await remove();
  }
}

/** Boots nodes up to this number of workers, and writes the inventory of all. */
export async function bootNodes({ workers }: { readonly workers: number }, at: Stoppable): Promise<void> {
  await run(['lab', '--name', name, 'up', '--workers', String(workers)], at);
  const document = parseDocument(await run(['lab', '--name', name, 'inventory'], at));
  // Longer than pods keep silent; else a warning of four lines is most of what is to be seen.
  document.setIn(['cluster', 'kubeProxy', 'timeouts', 'tcp'], 7500);
  await writeFile(join(at.cwd, inventory), document.toString());
}

/** Runs a command on a node and gives what it prints. */
export function onNode(node: string, command: string, at: Stoppable): Promise<string> {
  return run(['lab', '--name', name, 'ssh', node, '--', command], at);
}
