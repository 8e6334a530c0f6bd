// The labs of a user: which there are, and what their states say.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planLab } from '../../../../src/lab/lab-plan.ts';
import { labFiles } from '../../../../src/lab/state/files.ts';
import { writeLab } from '../../../../src/lab/state/lab-state.ts';
import { allLabs, labTexts } from '../../../../src/lab/state/labs.ts';

let environment: NodeJS.ProcessEnv;
const planned = (name: string) =>
  planLab(
    { name, controlPlanes: 1, workers: 1 },
    undefined,
    { of: () => `/cache/node-image-${name}`, kubernetes: 'v1.37.2' },
    { allowed: [0], used: [] },
  );

beforeEach(async () => {
  environment = { XDG_STATE_HOME: mkdtempSync(join(tmpdir(), 'labs-')) };
  await writeLab(labFiles('one', environment), planned('one'));
});
afterEach(() => {
  rmSync(environment['XDG_STATE_HOME'] ?? '', { recursive: true });
});

function state(lab: string): string {
  const { directory, state } = labFiles(lab, environment);
  mkdirSync(directory, { recursive: true });
  return state;
}

it('gives the texts of all states, and meets locks and labs that are only begun', async () => {
  await writeLab(labFiles('two', environment), planned('two'));
  writeFileSync(labFiles('two', environment).lock, '1-1');
  state('begun');
  const texts = await labTexts(environment);
  expect(texts).toHaveLength(2);
  expect(texts.join()).toMatch(/node-image-one.*node-image-two/s);
});

it('gives none where there never was a lab', async () => {
  expect(await labTexts({ XDG_STATE_HOME: '/nowhere' })).toEqual([]);
});

it('of a newer version of the program are an error, and not no labs', async () => {
  const file = state('new');
  writeFileSync(file, '{"format": 3, "disks": ["/cache/node-image-new"]}');
  await expect(labTexts(environment)).rejects.toMatchObject({
    code: 'lab.failed',
    message: `${file} does not describe a lab`,
    hint: expect.stringContaining('version') as string,
  });
});

it('that cannot be read are an error as well', async () => {
  // Root may read everything, but no directory as a file, and no link that leads to itself.
  mkdirSync(state('directory'));
  await expect(labTexts(environment)).rejects.toMatchObject({
    code: 'lab.failed',
    message: expect.stringMatching(/^what the lab "directory" needs cannot be read: EISDIR/) as string,
  });
});

it('are an error when it cannot be seen which labs there are', async () => {
  const labs = dirname(labFiles('one', environment).directory);
  rmSync(labs, { recursive: true });
  symlinkSync(labs, labs);
  await expect(labTexts(environment)).rejects.toMatchObject({
    code: 'lab.failed',
    message: expect.stringContaining('ELOOP') as string,
  });
});

it('that cannot be read are left out by what only looks at the others', async () => {
  writeFileSync(state('broken'), '{');
  expect((await allLabs(environment)).map(({ name }) => name)).toEqual(['one']);
});
