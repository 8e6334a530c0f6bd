// What is remembered of a lab.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planLab } from '../../../../src/lab/lab-plan.ts';
import { labFiles, type LabFiles } from '../../../../src/lab/state/files.ts';
import { readLab, requireLab, requireNode, writeLab } from '../../../../src/lab/state/lab-state.ts';

let directory: string;
let files: LabFiles;
const images = { of: () => '/image', kubernetes: 'v1.37.2' };
const lab = planLab({ name: 'x', controlPlanes: 1, workers: 1 }, undefined, images, {
  allowed: [0],
  used: [],
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'state-'));
  files = labFiles('x', { XDG_STATE_HOME: directory });
});
afterEach(() => rm(directory, { recursive: true }));

it('comes back as it was written', async () => {
  await writeLab(files, lab);
  expect(await readLab(files)).toEqual(lab);
});

it('gives the nodes of an older program the image of their lab', async () => {
  const { nodes, ...rest } = lab;
  const plain = nodes.map(({ name, role, address, mac, memory, cpu }) => ({
    name,
    role,
    address,
    mac,
    memory,
    cpu,
  }));
  await mkdir(files.directory, { recursive: true });
  await writeFile(files.state, JSON.stringify({ ...rest, format: 1, image: '/image', nodes: plain }));
  expect(await readLab(files)).toEqual(lab);
});

it('of a lab from before there was a choice is one of IPv4', async () => {
  const { ipFamily: _, ...old } = lab;
  await mkdir(files.directory, { recursive: true });
  await writeFile(files.state, JSON.stringify(old));
  expect(await readLab(files)).toEqual(lab);
});

it('has Kubernetes 1.20.2 when it was made before there was a choice', async () => {
  const { kubernetes: _, ...old } = lab;
  await writeLab(files, lab);
  await writeFile(files.state, JSON.stringify(old));
  expect((await readLab(files))?.kubernetes).toBe('v1.20.2');
});

it('is undefined for a lab that was never made, and an error for commands that need one', async () => {
  expect(await readLab(files)).toBeUndefined();
  const hint = 'Make one with `ipvs-bootstrap lab --name x up`.';
  await expect(requireLab('x', files)).rejects.toMatchObject({ code: 'usage', hint });
});

it.each(['', '{', '{}', '{"format": 3}'])('is an error when the file holds %o', async (text) => {
  await mkdir(files.directory, { recursive: true });
  await writeFile(files.state, text);
  await expect(readLab(files)).rejects.toMatchObject({ code: 'lab.failed' });
});

it('names the nodes there are when one is asked for that is not', () => {
  expect(requireNode(lab, 'worker1').address).toBe('100.67.151.6');
  expect(() => requireNode(lab, 'worker2')).toThrow(
    expect.objectContaining({ hint: 'Its nodes are master1, worker1.' }),
  );
});
