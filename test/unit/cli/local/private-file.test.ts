// The file that `kubeconfig --write` makes is for its owner alone.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writePrivateFile } from '../../../../src/cli/local/private-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'private-file-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('is readable for its owner only, also where one that all can read was before', async () => {
  const file = join(folder, 'admin.conf');
  writeFileSync(file, 'old');
  chmodSync(file, 0o666);
  await writePrivateFile(file, 'client-key-data: x');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toBe('client-key-data: x');
  expect(readdirSync(folder)).toEqual(['admin.conf']);
});

it('leaves nothing behind where it cannot be written', async () => {
  await expect(writePrivateFile(join(folder, 'none', 'admin.conf'), 'x')).rejects.toMatchObject({
    code: 'file.unreadable',
    hint: expect.stringContaining('directory must be there') as string,
  });
  expect(readdirSync(folder)).toEqual(['admin.conf']);
});
