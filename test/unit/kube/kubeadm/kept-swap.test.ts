// What kubeadm is told where kubelets are to live with swap.
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { initConfigurationText } from '../../../../src/kube/kubeadm/documents.ts';
import { has } from '../../../../src/kube/version-facts.ts';
import { parseVersion } from '../../../../src/kube/version.ts';
import { newestPatches } from '../../../versions/newest-patches.ts';
import { scenariosOf } from '../../../versions/scenarios.ts';

const versions = newestPatches.filter((version) => has(parseVersion(version), 'nodeSwap'));

function kubelet(version: string, keptSwap: 'NoSwap' | 'LimitedSwap' | undefined): unknown {
  const [scenario] = scenariosOf(version);
  if (scenario === undefined) throw new Error(`no scenario for ${version}`);
  const node = { name: 'master1', address: '10.0.0.1', addresses: ['10.0.0.1'], isWorker: false };
  const text = initConfigurationText({ cluster: { ...scenario.settings, keptSwap }, node });
  return parseAllDocuments(text)
    .map((document) => document.toJS() as unknown)
    .find((document) => (document as { kind: string }).kind === 'KubeletConfiguration');
}

it('can be kept from 1.30 on', () => {
  expect(versions[0]).toMatch(/^v1\.30\./);
});

describe.each(versions)('the kubelets of %s', (version) => {
  it.each(['NoSwap', 'LimitedSwap'] as const)('start with swap, and give pods %s', (behavior) => {
    expect(kubelet(version, behavior)).toEqual({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      cgroupDriver: 'systemd',
      failSwapOn: false,
      memorySwap: { swapBehavior: behavior },
    });
  });

  it('do not start with it where nothing is said', () => {
    expect(kubelet(version, undefined)).not.toHaveProperty('failSwapOn');
  });
});
