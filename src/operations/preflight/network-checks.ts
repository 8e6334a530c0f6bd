// Preflight checks of what a node needs from the network: ports, a default route, a working iptables.
import type { Role } from '../../core/role.ts';
import type { HostSystem } from '../../facts/host/host-system.ts';
import type { Iptables } from '../../facts/network/iptables.ts';
import type { Listener } from '../../facts/network/listeners.ts';
import { problem, type Finding } from './finding.ts';

/** TCP ports, and the process of ours that holds each. */
const ports: Readonly<Record<Role, Readonly<Record<number, string>>>> = {
  'control-plane': {
    2379: 'etcd',
    2380: 'etcd',
    6443: 'kube-apiserver',
    10257: 'kube-controller-manager',
    10259: 'kube-scheduler',
  },
  worker: {},
};

const everywhere: Readonly<Record<number, string>> = {
  10249: 'kube-proxy',
  10250: 'kubelet',
  10256: 'kube-proxy',
};

/** The ports that a node with these roles needs. */
export function nodePorts(roles: readonly Role[]): readonly number[] {
  return Object.keys(owners(roles)).map(Number);
}

/**
 * A cluster that runs already holds its ports itself, so a second run finds them taken by the right processes. On a node
 * a process that cannot be seen is one of them: `ss` misses those that have just been started.
 */
export function checkPorts(
  found: readonly Listener[] | null,
  roles: readonly Role[],
  { isNode }: HostSystem,
): readonly Finding[] {
  const expected = owners(roles);
  const foreign = (found ?? []).filter(
    ({ port, process, pid }) => expected[port]?.slice(0, 15) !== process && !(isNode && pid === null),
  );
  return foreign.map(({ port, process, pid }) => {
    const holder = pid === null ? 'an unknown process' : `${process} (pid ${pid})`;
    const hint = `Stop it: ${expected[port] ?? 'the node'} needs this port.`;
    return problem('ports', `TCP port ${port} is held by ${holder}`, hint);
  });
}

function owners(roles: readonly Role[]): Readonly<Record<number, string>> {
  return Object.assign({}, everywhere, ...roles.map((role) => ports[role])) as Record<number, string>;
}

export function checkRoute({ hasDefaultRoute }: HostSystem): readonly Finding[] {
  if (hasDefaultRoute) return [];
  const hint = 'Add one, even if it leads nowhere: kubeadm and Services need it to choose addresses.';
  return [problem('route', 'there is no default route', hint)];
}

/** An iptables that is not there yet comes with the packages. */
export function checkIptables({ state, error, working }: Iptables): readonly Finding[] {
  if (state !== 'fails') return [];
  const [other] = working;
  const hint =
    other === undefined
      ? 'kube-proxy needs the NAT table also in IPVS mode: use a kernel that has it.'
      : `${other} works: choose it by "update-alternatives --set iptables /usr/sbin/${other}".`;
  return [problem('iptables', `iptables does not work: ${error}`, hint)];
}
