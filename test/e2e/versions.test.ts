// The newest Kubernetes' own kubeadm and kube-proxy read the documents that are written for it.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toYaml } from '../../src/render/yaml.ts';
import { note } from '../support/e2e-lab.ts';
import { checkKubeProxy } from '../versions/check-kube-proxy.ts';
import { checkPrograms } from '../versions/check-programs.ts';
import { reviewLines } from '../versions/expected-warnings.ts';
import { withTemporaryRoot } from '../versions/in-root.ts';
import { newestPatches } from '../versions/newest-patches.ts';
import { programsOf } from '../versions/programs.ts';
import { scenariosOf } from '../versions/scenarios.ts';

const newest = newestPatches[newestPatches.length - 1] ?? '';
let programs: string;

beforeAll(async () => {
  const { signal } = new AbortController();
  programs = await programsOf(newest, { directory: undefined, report: note, signal });
});

it('the newest kubeadm and kube-proxy take every document, with no warning but the expected ones', async () => {
  expect(await checkPrograms(programs, newest)).toMatchObject({
    judgedBy: 'config validate',
    scenarios: ['single', 'ipvs-fields', 'ha', 'dual-stack'],
    warnings: ['IPVS mode is deprecated'],
    problems: [],
  });
});

describe('the check of kube-proxy finds', () => {
  async function problemsWith(change: Readonly<Record<string, unknown>>): Promise<string> {
    const [{ kubeProxy = {}, version, name } = {}] = scenariosOf(newest);
    if (version === undefined || name === undefined) throw new Error('there is no scenario');
    return withTemporaryRoot([join(programs, 'kube-proxy')], async (root) => {
      const { lines, problems } = await checkKubeProxy(root, toYaml({ ...kubeProxy, ...change }), kubeProxy);
      const review = reviewLines(lines, { version, program: 'kube-proxy', scenario: name });
      return [...problems, ...review.problems].join('\n');
    });
  }

  it.each([
    ['a value that got lost', { clusterCIDR: '10.250.0.0/16' }, 'instead of'],
    ['a field that it does not know', { strictArp: true }, 'strict decoding failed'],
    [
      'a gate that it does not know',
      { featureGates: { SupportIPVSProxyMode: true } },
      'unrecognized feature gate',
    ],
  ])('%s', async (_, change, expected) => {
    expect(await problemsWith(change)).toContain(expected);
  });
});
