// Names of labs and of their nodes, as they are remembered on this machine.
import { readFile, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { labFiles } from '../../lab/state/files.ts';
import { labStateDirectory } from '../../lab/state/paths.ts';
import { isHarmless, type Candidate } from './candidate.ts';

export async function labNames(): Promise<readonly Candidate[]> {
  const entries = await readdir(dirname(labStateDirectory('any')), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isHarmless(entry.name))
    .map(({ name }) => ({ word: name, about: '' }));
}

/** The nodes of a lab; none when it is not there. */
export async function nodeNames(lab: string): Promise<readonly Candidate[]> {
  if (!(await labNames()).some(({ word }) => word === lab)) return [];
  try {
    const state = JSON.parse(await readFile(labFiles(lab).state, 'utf8')) as LabNames;
    return state.nodes
      .filter(({ name, role, address }) => [name, role, address].every(isHarmless))
      .map(({ name, role, address }) => ({ word: name, about: `${role} ${address}` }));
  } catch {
    return [];
  }
}

/** The little of lab/state/lab-schema.ts that is shown, without the time that checking takes. */
interface LabNames {
  readonly nodes: readonly { readonly name: string; readonly role: string; readonly address: string }[];
}
