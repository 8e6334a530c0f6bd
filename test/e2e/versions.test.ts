// The newest Kubernetes' own kubeadm and kube-proxy read the documents that are written for it.
import { expect, it } from 'vitest';
import { checkPrograms } from '../versions/check-programs.ts';
import { newestPatches } from '../versions/newest-patches.ts';
import { programsOf } from '../versions/programs.ts';
import { note } from '../support/e2e-lab.ts';

it('the newest kubeadm and kube-proxy take every document, with no warning but the expected ones', async () => {
  const version = newestPatches[newestPatches.length - 1] ?? '';
  const { signal } = new AbortController();
  const programs = await programsOf(version, { directory: undefined, report: note, signal });
  expect(await checkPrograms(programs, version)).toMatchObject({
    judgedBy: 'config validate',
    scenarios: ['single', 'ipvs-fields', 'ha', 'dual-stack'],
    warnings: ['IPVS mode is deprecated'],
    problems: [],
  });
});
