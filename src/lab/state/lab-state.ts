// What is remembered of a lab between commands: its nodes, their addresses and the disk they started from.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { BootstrapError } from '../../core/errors.ts';
import { roles } from '../../core/role.ts';
import type { LabFiles } from './files.ts';

const labNode = z.strictObject({
  name: z.string(),
  role: z.enum(roles),
  address: z.ipv4(),
  /** MAC address, which stays the same over restarts. */
  mac: z.string(),
  /** MiB. */
  memory: z.int().positive(),
  /** The processor that the node is pinned to. */
  cpu: z.int().nonnegative(),
});

const labState = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  subnet: z.cidrv4(),
  /** Absolute path of the directory with the kernel and the disk image that all nodes share. */
  image: z.string(),
  nodes: z.array(labNode).min(1),
});

export type LabNode = Readonly<z.infer<typeof labNode>>;
export type LabState = Readonly<z.infer<typeof labState>>;

/**
 * The lab's state, or undefined when there is no such lab.
 * @throws BootstrapError `lab.failed` for a file that is not one
 */
export async function readLab(files: LabFiles): Promise<LabState | undefined> {
  const text = await readFile(files.state, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return labState.parse(JSON.parse(text));
  } catch (error) {
    throw new BootstrapError('lab.failed', `${files.state} does not describe a lab`, {
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
