// How much room a lab needs for what is still to be built.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkRequest, hasNodeImages } from '../../../src/lab/check-request.ts';
import type { LabRequest } from '../../../src/lab/lab-plan.ts';
import { assertSupported } from '../../../src/lab/machine/support.ts';
import type { NodeKind } from '../../../src/lab/node-kind.ts';
import { cacheDirectory } from '../../../src/lab/state/paths.ts';
import { pretendImage } from '../../support/lab-images.ts';

vi.mock('../../../src/lab/machine/support.ts');
vi.mock('../../../src/lab/network/lab-network.ts');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'check-request-'));
  vi.stubEnv('XDG_CACHE_HOME', directory);
  vi.stubEnv('XDG_STATE_HOME', directory);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetAllMocks();
  rmSync(directory, { recursive: true });
});

const debian12: NodeKind = { release: '12', containerd: '1' };
const debian13: NodeKind = { release: '13', containerd: '1' };
const newContainerd: NodeKind = { release: '12', containerd: '2' };
const there = async (kind: NodeKind, version: string) => pretendImage(cacheDirectory(), kind, version);

const lab: LabRequest = { name: 'lab', controlPlanes: 1, workers: 1 };

async function room(more: Partial<LabRequest> = {}): Promise<number | undefined> {
  await checkRequest({ ...lab, ...more }, new AbortController().signal);
  return vi.mocked(assertSupported).mock.lastCall?.[0].cacheDisk;
}

describe('the room for building', () => {
  it('is that of all builds at first, and more for further kinds of nodes', async () => {
    expect(await room({ kubernetes: 'v1.36.3' })).toBe(6000);
    expect(await room({ kubernetes: 'v1.36.3', releases: ['12', '13'] })).toBe(8000);
  });

  it('is none once the image is in the cache', async () => {
    await there(debian12, 'v1.36.3');
    expect(await room({ kubernetes: 'v1.36.3' })).toBe(0);
    expect(await hasNodeImages({ ...lab, kubernetes: 'v1.36.3' })).toBe(true);
  });

  it('is needed for another Kubernetes, whatever else is there', async () => {
    await there(debian12, 'v1.36.3');
    expect(await room({ kubernetes: 'v1.37.2' })).toBe(6000);
    expect(await hasNodeImages({ ...lab, kubernetes: 'v1.37.2' })).toBe(false);
  });

  it('is needed for the kinds of nodes that are not there', async () => {
    await there(debian12, 'v1.36.3');
    await there(debian13, 'v1.37.2');
    expect(await room({ kubernetes: 'v1.36.3', releases: ['12', '13'] })).toBe(2000);
    expect(await room({ kubernetes: 'v1.36.3', containerds: ['1', '2'] })).toBe(2000);
    expect(await room({ kubernetes: 'v1.36.3', releases: ['13'] })).toBe(6000);
    await there(debian13, 'v1.36.3');
    await there(newContainerd, 'v1.36.3');
    expect(await room({ kubernetes: 'v1.36.3', releases: ['12', '13'] })).toBe(0);
    expect(await room({ kubernetes: 'v1.36.3', containerds: ['1', '2'] })).toBe(0);
  });

  it('is none for either Kubernetes that may still be chosen', async () => {
    expect(await room()).toBe(6000);
    await there(debian12, 'v1.36.3');
    expect(await room()).toBe(6000);
    await there(debian12, 'v1.20.2');
    expect(await room()).toBe(0);
  });
});
