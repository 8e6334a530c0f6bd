// What is remembered of a lab between commands: its nodes, their addresses and the disk they started from.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { BootstrapError } from '../../core/errors.ts';
import type { LabFiles } from './files.ts';
import type { LabNode, LabState } from './lab-schema.ts';

/**
 * The lab's state, or undefined when there is no such lab.
 * @throws BootstrapError `lab.failed` for a file that is not one
 */
export async function readLab(files: LabFiles): Promise<LabState | undefined> {
  const text = await readFile(files.state, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseLab(files.state, text);
}

/**
 * The state that the text of a file describes.
 * @throws BootstrapError `lab.failed` when it describes none that this version of the program knows
 */
export async function parseLab(file: string, text: string): Promise<LabState> {
  try {
    // Not before it is needed: zod comes with it.
    const { labState } = await import('./lab-schema.ts');
    return labState.parse(JSON.parse(text));
  } catch (error) {
    throw new BootstrapError('lab.failed', `${file} does not describe a lab`, {
      hint: 'Remove the lab with `ipvs-bootstrap lab down` and start anew.',
      cause: error,
    });
  }
}

/** Like readLab, for commands that need the lab to be there. */
export async function requireLab(name: string, files: LabFiles): Promise<LabState> {
  const lab = await readLab(files);
  if (lab !== undefined) return lab;
  const command = name === 'lab' ? 'lab up' : `lab --name ${name} up`;
  throw new BootstrapError('usage', `there is no lab "${name}"`, {
    hint: `Make one with \`ipvs-bootstrap ${command}\`.`,
  });
}

/**
 * The node of that name.
 * @throws BootstrapError `usage` when the lab has none
 */
export function requireNode(lab: LabState, name: string): LabNode {
  const node = lab.nodes.find((one) => one.name === name);
  if (node !== undefined) return node;
  throw new BootstrapError('usage', `the lab "${lab.name}" has no node "${name}"`, {
    hint: `Its nodes are ${lab.nodes.map((one) => one.name).join(', ')}.`,
  });
}

export async function writeLab(files: LabFiles, lab: LabState): Promise<void> {
  await mkdir(files.directory, { recursive: true, mode: 0o700 });
  const temporary = `${files.state}.new`;
  await writeFile(temporary, `${JSON.stringify(lab, undefined, 2)}\n`);
  await rename(temporary, files.state);
}
