// The lab's keys: made once, known before a node boots.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planLab } from '../../../../src/lab/lab-plan.ts';
import { generateKeyPair } from '../../../../src/lab/node/key-pair.ts';
import { expectedHostKey, prepareKeys } from '../../../../src/lab/node/keys.ts';
import { labFiles, type LabFiles } from '../../../../src/lab/state/files.ts';

let directory: string;
let files: LabFiles;
const cpus = { allowed: [0], used: [] };
const images = { of: () => '/image', kubernetes: 'v1.37.2' };
const lab = planLab({ name: 'x', controlPlanes: 1, workers: 1 }, undefined, images, cpus);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keys-'));
  files = labFiles('x', { XDG_STATE_HOME: directory });
  await prepareKeys(files, lab);
});
afterEach(() => rm(directory, { recursive: true }));

it('lists every node in known_hosts with its own key', async () => {
  const lines = (await readFile(files.knownHosts, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ').slice(0, 2))).toEqual([
    ['100.67.151.2', 'ssh-ed25519'],
    ['100.67.151.6', 'ssh-ed25519'],
  ]);
  expect(new Set(lines.map((line) => line.split(' ')[2])).size).toBe(2);
  expect(lines[0]).toContain((await expectedHostKey(files, 'master1')).toString('base64'));
});

it('makes private keys that OpenSSH reads and that nobody else may read', async () => {
  const { stdout } = await promisify(execFile)('ssh-keygen', ['-y', '-f', files.identity]);
  expect(await readFile(join(files.node('worker1').seed, 'authorized_keys'), 'utf8')).toContain(
    stdout.split(' ')[1],
  );
  expect((await stat(files.identity)).mode & 0o777).toBe(0o600);
});

it('keeps the keys that are there when a node is added', async () => {
  const before = await readFile(files.knownHosts, 'utf8');
  await prepareKeys(files, planLab({ name: 'x', controlPlanes: 1, workers: 2 }, lab, images, cpus));
  expect((await readFile(files.knownHosts, 'utf8')).startsWith(before)).toBe(true);
});

it('never makes a key whose first byte was lost', () => {
  const blobs = Array.from({ length: 1000 }, () =>
    Buffer.from(generateKeyPair('x').public.split(' ')[1] ?? '', 'base64'),
  );
  expect(new Set(blobs.map((blob) => blob.length))).toEqual(new Set([51]));
});
