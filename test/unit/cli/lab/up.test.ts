// What `lab up` does around its stages, which are pretended here.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { labStages } from '../../../../src/cli/lab-stages.ts';
import { bootLab } from '../../../../src/cli/lab/up.ts';
import { BootstrapError } from '../../../../src/core/errors.ts';
import { withCacheAlone } from '../../../../src/lab/cache-use.ts';
import { checkRequest } from '../../../../src/lab/check-request.ts';
import { labKubernetes } from '../../../../src/lab/kubernetes-choice.ts';
import { cacheDirectory } from '../../../../src/lab/state/paths.ts';
import { recordingOutput } from '../../../support/recording-output.ts';

vi.mock('../../../../src/lab/check-request.ts');
vi.mock('../../../../src/lab/kubernetes-choice.ts');
vi.mock('../../../../src/lab/machine/root-rights.ts');
vi.mock('../../../../src/cli/lab-stages.ts', async (original) => ({
  ...(await original<object>()),
  machineStages: () => [],
  labStages: vi.fn(),
}));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'up-'));
  vi.stubEnv('XDG_CACHE_HOME', directory);
  vi.mocked(checkRequest).mockResolvedValue([]);
  vi.mocked(labKubernetes).mockResolvedValue({ version: 'v1.37.2' });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetAllMocks();
  rmSync(directory, { recursive: true });
});

async function up(): Promise<readonly string[]> {
  const output = recordingOutput();
  const { signal } = new AbortController();
  const context = { output, signal, options: {}, environment: process.env };
  await bootLab(context, { name: 'lab', controlPlanes: 1, workers: 1 });
  return output.progressed;
}

it('lets nobody free the cache while it chooses, nor between its stages', async () => {
  const refusals: unknown[] = [];
  const free = async () => {
    refusals.push(await withCacheAlone(cacheDirectory(), async () => 'freed').catch(String));
  };
  vi.mocked(labKubernetes).mockImplementation(async () => {
    await free();
    return { version: 'v1.37.2' };
  });
  const stage = { title: 'Bundle', run: () => free().then(() => 'built') };
  vi.mocked(labStages).mockReturnValue([stage]);
  await up();
  const refused = expect.stringContaining('is building something for a lab') as string;
  expect(refusals).toEqual([refused, refused]);
  expect(readdirSync(cacheDirectory())).toEqual([]);
});

it('checks the lab again once Kubernetes is chosen, before anything is built', async () => {
  vi.mocked(labKubernetes).mockResolvedValue({ version: 'v1.20.2', reason: 'There is no proxy.' });
  vi.mocked(checkRequest).mockImplementation(async ({ kubernetes }) => {
    if (kubernetes === 'v1.20.2') throw new BootstrapError('usage', 'cannot talk to containerd 2');
    return [];
  });
  await expect(up()).rejects.toThrow('cannot talk to containerd 2');
  expect(labStages).not.toHaveBeenCalled();
});

it('shows the choice of Kubernetes as a stage, with what it is at and why it is an older one', async () => {
  vi.mocked(labStages).mockReturnValue([]);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  vi.mocked(labKubernetes).mockImplementation(async (_request, report) => {
    report('downloading the Go compiler');
    vi.advanceTimersByTime(30_000);
    return { version: 'v1.20.2', reason: 'There is no proxy.' };
  });
  const lines = await up();
  vi.useRealTimers();
  expect(lines).toEqual([
    'Choose the Kubernetes …',
    expect.stringMatching(/^Choose the Kubernetes: .* so far: downloading the Go compiler$/),
    expect.stringMatching(/^Choose the Kubernetes: v1.20.2, /),
    'There is no proxy.',
  ]);
});
