// Reading files that are missing, forbidden, endless or too large.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxSourceBytes } from '../../../src/source/decode.ts';
import { readSource } from '../../../src/source/read-source.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'source-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('readSource', () => {
  it('gives the data of a file, and its name as it was given', async () => {
    const file = join(directory, 'good.yaml');
    await writeFile(file, 'a: [1, "2", true, ~]\n');
    const source = await readSource(file, 'inventory.invalid');
    expect(source.value).toEqual({ a: [1, '2', true, null] });
    expect(source.file).toBe(file);
  });

  it.each([
    ['/nowhere/inventory.yaml', 'the file "/nowhere/inventory.yaml" does not exist'],
    ['/etc', 'the file "/etc" is a directory, not a file'],
    ['/etc/passwd/x', 'the file "/etc/passwd/x" does not exist: a part of its path is not a directory'],
  ])('says why %s cannot be read', async (file, message) => {
    await expect(readSource(file, 'inventory.invalid')).rejects.toMatchObject({
      code: 'file.unreadable',
      message,
    });
  });

  it('says why a path with a NUL byte cannot be read', async () => {
    await expect(readSource('a\0b', 'inventory.invalid')).rejects.toMatchObject({ code: 'file.unreadable' });
  });

  it('refuses a file over the limit without reading all of it', async () => {
    const file = join(directory, 'large.yaml');
    await writeFile(file, Buffer.alloc(10 * 1024 * 1024, '# comment\n'));
    await expect(readSource(file, 'playbook.invalid')).rejects.toMatchObject({
      code: 'playbook.invalid',
      message: 'the file is larger than 4 MiB',
    });
  });

  it('stops reading a device without an end', async () => {
    await expect(readSource('/dev/zero', 'inventory.invalid')).rejects.toMatchObject({
      message: 'the file is larger than 4 MiB',
    });
  });

  it('reads a file of just the limit', async () => {
    const file = join(directory, 'full.yaml');
    const start = 'a: 1\n#';
    await writeFile(file, start + 'x'.repeat(maxSourceBytes - start.length));
    expect((await readSource(file, 'inventory.invalid')).value).toEqual({ a: 1 });
  });
});
