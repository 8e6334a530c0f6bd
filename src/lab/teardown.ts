// Takes a lab apart, whole or half made, from what is found on the machine and not from what should be there.
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { restoreMappingLimit } from './machine/mapping-limit.ts';
import { removeNetwork } from './network/lab-network.ts';
import { endResolver } from './network/resolver.ts';
import { killProcess, killStrays } from './node/process.ts';
import { removeTree } from '../local/programs/remove-tree.ts';
import type { LabFiles } from './state/files.ts';
import { labNames } from './state/names.ts';

/** Ends every process of the lab and removes its network; its files stay. */
export async function stopLab(lab: string, files: LabFiles): Promise<void> {
  const names = labNames(lab);
  // Nodes that have files, also when the lab's state does not name them.
  const nodes = await readdir(dirname(files.node('any').directory)).catch(() => []);
  await Promise.all(nodes.map((node) => killProcess(files.node(node))));
  await endResolver(files.resolver);
  await killStrays(names, files.directory);
  await removeNetwork(names);
  await restoreMappingLimit();
}

/** Removes the lab with all its files. */
export async function tearDown(lab: string, files: LabFiles): Promise<void> {
  await stopLab(lab, files);
  await removeTree(files.directory);
}

/** Removes the files of a single node. */
export async function removeNodeFiles(files: LabFiles, node: string): Promise<void> {
  await removeTree(files.node(node).directory);
}
