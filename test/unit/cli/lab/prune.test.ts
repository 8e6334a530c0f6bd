// `lab prune` frees nothing of which it cannot tell whether it is needed.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from '../../../../src/cli/lab/prune.ts';
import { cached } from '../../../../src/lab/cache.ts';
import { labFiles } from '../../../../src/lab/state/files.ts';
import { cacheDirectory } from '../../../../src/lab/state/paths.ts';
import { recordingOutput } from '../../../support/recording-output.ts';

let directory: string;
let image: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'prune-'));
  vi.stubEnv('XDG_CACHE_HOME', join(directory, 'cache'));
  vi.stubEnv('XDG_STATE_HOME', join(directory, 'state'));
  const entry = { root: cacheDirectory(), name: 'node-image', key: { recipe: 1 } };
  image = (await cached(entry, (target) => writeFile(join(target, 'disk'), 'x'))).directory;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

async function prune(dryRun = false): Promise<string> {
  const output = recordingOutput();
  const { signal } = new AbortController();
  await run({ output, signal, options: {}, environment: process.env }, { dryRun });
  return output.results.join('\n');
}

it('frees what no lab needs', async () => {
  expect(await prune(true)).toContain('would be freed');
  expect(existsSync(image)).toBe(true);
  expect(await prune()).toContain('freed');
  expect(existsSync(image)).toBe(false);
});

it('frees nothing while the state of a lab is one that it does not understand', async () => {
  const files = labFiles('newer');
  mkdirSync(files.directory, { recursive: true });
  writeFileSync(files.state, JSON.stringify({ format: 99, disks: [image] }));
  await expect(prune()).rejects.toThrow(`${files.state} does not describe a lab`);
  expect(existsSync(image)).toBe(true);
});
