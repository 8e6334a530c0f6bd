// Whether a control plane that is reset takes leave of its etcd.
import { expect, it } from 'vitest';
import { clusterLeft } from '../../../../src/operations/kubeadm/cluster-left.ts';
import type { FactReader } from '../../../../src/operations/operation.ts';

const remains = {
  kubernetesPaths: ['/etc/kubernetes/kubelet.conf'],
  containers: 4,
  hasPodBridge: true,
  podNetworkPaths: [],
  hasRoutes: false,
  masqueradeRules: [],
  adminKubeconfigCopies: [],
};
const facts = { get: () => remains } as unknown as FactReader;
const masters = ['m1', 'm2', 'm3'];

/** What `kubeadm reset` is given, as far as the planner decides it. */
function flagsOf(more: object): string | undefined {
  const args = clusterLeft.args.parse({ version: 'v1.20.2', ...more });
  const [step] = clusterLeft.plan(args, facts).steps;
  return step?.kind === 'exec' ? /^set --.*$/m.exec(step.command.text)?.[0] : undefined;
}

it.each([
  ['goes without a word when all control planes go', masters, ['w1', ...masters], true],
  ['takes leave of those that stay', masters, ['w1', 'm1', 'm3'], false],
  ['takes leave where nobody has said who goes', undefined, undefined, false],
])('%s', (_, controlPlanes, leaving, isSilent) => {
  const flags = flagsOf({ controlPlanes, leaving });
  expect(flags).toContain('--cri-socket=');
  expect(flags?.includes('--skip-phases=remove-etcd-member')).toBe(isSilent);
});
