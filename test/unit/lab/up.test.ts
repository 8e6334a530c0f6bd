// What a `lab up` that fails leaves of a lab that was there before; the nodes are pretended.
import { spawn, type ChildProcess } from 'node:child_process';
import { linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { planLab } from '../../../src/lab/lab-plan.ts';
import { networkExists } from '../../../src/lab/network/lab-network.ts';
import { hostsText } from '../../../src/lab/network/resolver.ts';
import { startNode } from '../../../src/lab/node/start.ts';
import { labFiles, type LabFiles } from '../../../src/lab/state/files.ts';
import { writeLab } from '../../../src/lab/state/lab-state.ts';
import { labUp } from '../../../src/lab/up.ts';

vi.mock('../../../src/lab/network/lab-network.ts');
vi.mock('../../../src/lab/node/keys.ts');
vi.mock('../../../src/lab/node/start.ts');

const images = { of: () => '/image', kubernetes: 'v1.37.2' };
const before = planLab({ name: 'lab', controlPlanes: 1, workers: 1 }, undefined, images, {
  allowed: [0],
  used: [],
});
let directory: string;
let files: LabFiles;
let resolver: ChildProcess;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lab-up-'));
  vi.stubEnv('XDG_STATE_HOME', directory);
  files = labFiles('lab');
  await writeLab(files, before);
  writeFileSync(files.resolver.hosts, hostsText(before.nodes));
  // Told by its words; says which names it reads when it is asked to.
  const script = 'trap \'cat "$1"\' HUP; echo ready; while :; do sleep 0.05; done';
  resolver = spawn('sh', ['-c', script, 'sh', files.resolver.hosts], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => resolver.stdout?.once('data', resolve));
  writeFileSync(files.resolver.process, `${resolver.pid}\n`);
  vi.mocked(networkExists).mockResolvedValue(true);
});
afterEach(() => {
  resolver.kill('SIGKILL');
  vi.unstubAllEnvs();
  vi.resetAllMocks();
  rmSync(directory, { recursive: true });
});

it('is known by the names that its name server had before, and the name server has been told', async () => {
  let meanwhile = '';
  vi.mocked(startNode).mockImplementation(() => {
    meanwhile = readFileSync(files.resolver.hosts, 'utf8');
    return Promise.reject(new Error('no room'));
  });
  const heard: string[] = [];
  resolver.stdout?.on('data', (text: Buffer) => heard.push(text.toString()));
  const more = { name: 'lab', controlPlanes: 1, workers: 2 };
  const { signal } = new AbortController();
  await expect(labUp(more, images, () => undefined, signal)).rejects.toThrow('no room');
  expect(meanwhile).toContain('worker2');
  expect(readFileSync(files.resolver.hosts, 'utf8')).toBe(hostsText(before.nodes));
  await vi.waitFor(() => {
    expect(heard.join('').endsWith(hostsText(before.nodes))).toBe(true);
  });
});

it('has a file of names that is never half written', async () => {
  const reader = join(directory, 'opened');
  linkSync(files.resolver.hosts, reader);
  const more = { name: 'lab', controlPlanes: 1, workers: 2 };
  let during = '';
  vi.mocked(startNode).mockImplementation(() => {
    during = readFileSync(reader, 'utf8');
    return Promise.reject(new Error('no room'));
  });
  await expect(labUp(more, images, () => undefined, new AbortController().signal)).rejects.toThrow('no room');
  // Who reads the old file goes on reading it: the new one has taken its name.
  expect(during).toBe(hostsText(before.nodes));
});
