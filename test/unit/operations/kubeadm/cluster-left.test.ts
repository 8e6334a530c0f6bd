// Whether a control plane that is reset takes leave of its etcd, and whose pods' network namespaces are noted.
import { expect, it } from 'vitest';
import type { PodNetworkHost } from '../../../../src/facts/kubernetes/pod-network-host.ts';
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
const network: PodNetworkHost = {
  isNode: true,
  before: null,
  files: ['10-flannel.conflist'],
  configurations: [
    { name: '10-flannel.conflist', text: '{ "name": "cbr0", "type": "flannel" }', isPackaged: false },
  ],
  programs: [],
  plugins: null,
  links: [],
  interfaces: [],
  routes: [],
};

function factsWith(host: PodNetworkHost): FactReader {
  const get = ({ name }: { readonly name: string }) => (name === 'pod-network.host' ? host : remains);
  return { get } as unknown as FactReader;
}
const masters = ['m1', 'm2', 'm3'];

/** What `kubeadm reset` is given, as far as the planner decides it. */
function flagsOf(more: object): string | undefined {
  return /^set --.*$/m.exec(resetOf(more, network))?.[0];
}

function resetOf(more: object, host: PodNetworkHost): string {
  const args = clusterLeft.args.parse({ version: 'v1.20.2', ...more });
  const [step] = clusterLeft.plan(args, factsWith(host)).steps;
  return step?.kind === 'exec' ? step.command.text : '';
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

it("notes the namespaces of another network's pods where the cluster has one", () => {
  expect(resetOf({}, network)).toContain('for network in ipvs-bootstrap; do for result');
  const before = { files: [], programs: [], interfaces: [], routes: [] };
  expect(resetOf({}, { ...network, before })).toContain('for network in ipvs-bootstrap cbr0; do for result');
});
