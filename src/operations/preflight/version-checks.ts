// Preflight checks of what the Kubernetes version asks of the host: kernel, control groups, containerd, the kubelet there.
import type { HostSystem } from '../../facts/host/host-system.ts';
import {
  cgroupVerdict,
  firstKernelWithoutIpvs,
  kernelNeed,
  runtimeConfigNeeded,
} from '../../kube/node-needs.ts';
import { containerdNeed } from '../../kube/version-facts.ts';
import { formatVersion, minorOf, parseVersion, type KubernetesVersion } from '../../kube/version.ts';
import { compareVersions } from '../../platform/distributions.ts';
import { problem, warning, type Finding } from './finding.ts';

/** What a host has that versions differ about. */
export interface HostVersions {
  readonly system: Pick<HostSystem, 'kernel' | 'cgroupVersion'>;
  /** `null` when there is none yet. */
  readonly containerd: string | null;
  /** Of a node; `null` elsewhere. */
  readonly kubelet: string | null;
}

export function checkVersions(
  version: KubernetesVersion,
  { system, containerd, kubelet }: HostVersions,
): readonly Finding[] {
  return [
    ...checkKernel(version, system.kernel),
    ...checkCgroupVersion(version, system.cgroupVersion),
    ...(containerd === null ? [] : checkContainerd(version, containerd)),
    ...(kubelet === null ? [] : checkKubelet(version, parseVersion(kubelet))),
  ];
}

function checkKernel(version: KubernetesVersion, release: string): readonly Finding[] {
  const kernel = /^\d+\.\d+/.exec(release)?.[0];
  if (kernel === undefined) return [];
  const limit = firstKernelWithoutIpvs(version);
  if (limit === undefined || compareVersions(kernel, limit) < 0) {
    return checkKernelOfKubeadm(version, { release, kernel });
  }
  const message = `the kernel is ${release}: from ${limit} on kube-proxy ${formatVersion(version)} has no IPVS mode and falls back to iptables`;
  const hint = 'Kubernetes 1.11.9, 1.12.7 and 1.13.0 mend that: choose one of these or a later one.';
  return [problem('kernel', message, hint)];
}

/** As kubeadm's own preflight does, when it is too late. */
function checkKernelOfKubeadm(
  version: KubernetesVersion,
  { release, kernel }: { readonly release: string; readonly kernel: string },
): readonly Finding[] {
  const { oldest, isAdvice, below, only } = kernelNeed(version);
  const name = minorOf(version);
  const isOlder = (limit: string): boolean => compareVersions(kernel, limit) < 0;
  if (only !== undefined && isOlder('6.0') && !only.includes(kernel)) {
    const message = `the kernel is ${release}, which kubeadm ${name} does not list`;
    return [warning('kernel', message, `It lists ${only.join(', ')} and all from 6.0 on.`)];
  }
  if (!isAdvice && isOlder(oldest)) {
    const hint =
      'Update the distribution, or choose an older Kubernetes: "ipvs-bootstrap versions" tells more.';
    return [problem('kernel', `the kernel is ${release}, Kubernetes ${name} wants ${oldest} or later`, hint)];
  }
  if (below === undefined || isOlder(below)) return [];
  const message = `the kernel is ${release}, and kubeadm ${name} knows those before ${below} only`;
  return [warning('kernel', message, 'Expect surprises.')];
}

function checkCgroupVersion(version: KubernetesVersion, found: 1 | 2): readonly Finding[] {
  const verdict = cgroupVerdict(version, found);
  if (verdict === 'fine') return [];
  const kubelet = `the kubelet of Kubernetes ${minorOf(version)}`;
  const unify =
    'Boot with "systemd.unified_cgroup_hierarchy=1" on the kernel command line, or update the distribution';
  if (verdict === 'deprecated') {
    const message = `the host has control groups of version 1, which ${kubelet} calls deprecated and 1.35 refuses`;
    return [warning('cgroup-version', message, `${unify}.`)];
  }
  const hint =
    found === 1
      ? `${unify}; Kubernetes 1.34 still takes version 1.`
      : 'Boot with "systemd.unified_cgroup_hierarchy=0" on the kernel command line, or choose Kubernetes 1.19 or later.';
  const message = `the host has control groups of version ${found}, which ${kubelet} does not take`;
  return [problem('cgroup-version', message, hint)];
}

function checkContainerd(version: KubernetesVersion, found: string): readonly Finding[] {
  const { oldest, below, until = '', advised } = containerdNeed(version);
  const isOlder = (limit: string): boolean => compareVersions(found, limit) < 0;
  const name = minorOf(version);
  if (below !== undefined && !isOlder(below)) {
    const message = `containerd is ${found}, and the kubelet of Kubernetes ${name} can talk to those before ${below} only`;
    const other = below === '2.0' ? 'Install containerd 1.6 or 1.7, or choose' : 'Choose';
    return [problem('containerd', message, `${other} Kubernetes ${until} or later.`)];
  }
  if (oldest !== undefined && isOlder(oldest)) {
    const message = `containerd is ${found}, and the kubelet of Kubernetes ${name} wants ${oldest} or later`;
    return [problem('containerd', message, 'Update containerd, or choose Kubernetes 1.25 or older.')];
  }
  if (advised === undefined || !isOlder(advised)) return [];
  const message = `containerd is ${found}, which does not tell the kubelet its cgroup driver`;
  const hint = `It works with Kubernetes ${name}; ${runtimeConfigNeeded} is planned to want containerd ${advised} or later.`;
  return [warning('containerd', message, hint)];
}

/** A patch release takes the place of another as it is; more is an upgrade, or a way back that Kubernetes does not have. */
function checkKubelet(version: KubernetesVersion, found: KubernetesVersion): readonly Finding[] {
  if (minorOf(version) === minorOf(found)) return [];
  const message = `this node runs Kubernetes ${formatVersion(found)}, the inventory asks for ${formatVersion(version)}`;
  const hint = `"up" does not change the version of a cluster: write "version: ${formatVersion(found)}" with a bundle of it, or make a new cluster after "ipvs-bootstrap reset".`;
  return [problem('kubelet', message, hint)];
}
