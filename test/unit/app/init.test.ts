// `init` makes a file and never overwrites one.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialInventory, writeInitialInventory } from '../../../src/app/init.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'init-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('writeInitialInventory', () => {
  it('writes the starting inventory to a new file', async () => {
    const file = join(directory, 'new.yaml');
    await writeInitialInventory(file);
    expect(await readFile(file, 'utf8')).toBe(initialInventory());
  });

  it('leaves an existing file as it is', async () => {
    const file = join(directory, 'mine.yaml');
    await writeFile(file, 'mine');
    await expect(writeInitialInventory(file)).rejects.toMatchObject({ code: 'usage' });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('says why a file cannot be made', async () => {
    await expect(writeInitialInventory(join(directory, 'no', 'x.yaml'))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('cannot be written') as string,
      hint: expect.stringContaining('directory must be there') as string,
    });
  });
});
