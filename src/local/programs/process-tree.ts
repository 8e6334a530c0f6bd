// Ends a program together with everything it started, which a signal to the program alone does not.
import { readdir, readFile } from 'node:fs/promises';
import { groupBy } from '../../core/group-by.ts';

/** The process ids of `root` and all its descendants at this moment, parents first. */
export async function processTree(root: number): Promise<readonly number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const processes: { readonly id: number; readonly parent: number | undefined }[] = [];
  // One after the other: where descriptors are short, opening all at once would lose some.
  for (const name of names) processes.push({ id: Number(name), parent: await parentOf(name) });
  const children = groupBy(processes, ({ parent }) => parent);
  const tree = [root];
  for (const member of tree) tree.push(...(children.get(member) ?? []).map(({ id }) => id));
  return tree;
}

/** The process may end while we look. */
async function parentOf(processId: string): Promise<number | undefined> {
  const stat = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
