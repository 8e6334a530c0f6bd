// The labs of this user on this machine.
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { labFiles } from './files.ts';
import type { LabState } from './lab-schema.ts';
import { readLab } from './lab-state.ts';
import { labStateDirectory } from './paths.ts';

/** All labs that have a readable state. */
export async function allLabs(): Promise<readonly LabState[]> {
  const names = await readdir(dirname(labStateDirectory('any'))).catch(() => []);
  const labs = await Promise.all(names.map((name) => readLab(labFiles(name)).catch(() => undefined)));
  return labs.filter((lab) => lab !== undefined);
}
