// Rules about hosts: names and addresses are their own, roles make a cluster.
import { formatIp } from '../../core/ip.ts';
import { present } from './entry.ts';
import { finding, repeated, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

/** Words that playbooks use for groups of hosts, or that every machine already knows. */
const reservedNames: ReadonlySet<string> = new Set([
  'all',
  'controller',
  'control-planes',
  'first-control-plane',
  'other-control-planes',
  'workers',
  'localhost',
]);

export function* hostNames({ hosts }: Outline): Generator<Finding> {
  const names = present(hosts.map(({ name }) => name));
  for (const { first, again } of repeated(names, (name) => name)) {
    yield finding(`there is already a host "${again.value}"`, again.path, { other: first.path });
  }
  for (const { value, path } of names) {
    if (!reservedNames.has(value)) continue;
    const why =
      value === 'localhost' ? 'every machine calls itself so' : 'it has a meaning of its own in playbooks';
    yield finding(`a host cannot be named "${value}": ${why}`, path);
  }
}

export function* hostAddresses({ hosts }: Outline): Generator<Finding> {
  const addresses = present(hosts.flatMap(({ address, secondAddress }) => [address, secondAddress]));
  for (const { first, again } of repeated(addresses, formatIp)) {
    const ip = formatIp(again.value);
    const [own, others] = [first, again].map(({ path }) => path.slice(0, -1).join());
    const message =
      own === others
        ? `the host has the address ${ip} already`
        : `another host already has the address ${ip}`;
    yield finding(message, again.path, { other: first.path });
  }
}

export function* hostRoles({ hosts }: Outline): Generator<Finding> {
  for (const { roles } of hosts) {
    for (const { first, again } of repeated(roles, (role) => role)) {
      yield finding(`the role "${again.value}" is given twice`, again.path, { other: first.path });
    }
  }
}

export function* controlPlaneCount(outline: Outline): Generator<Finding> {
  const { hosts, vip, endpoint, isComplete } = outline;
  const controlPlanes = hosts.filter((host) => hasRole(host, 'control-plane'));
  const count = controlPlanes.length;
  const second = controlPlanes[1];
  if (count === 0 && isComplete) {
    yield finding('no host has the role "control-plane"', ['hosts'], { part: 'key' });
  }
  const isShared =
    vip !== undefined || endpoint !== undefined || outline.root.get('cluster', 'controlPlane', 'vip').isThere;
  if (second !== undefined && !isShared) {
    yield finding(`${count} control planes need one address that they share`, ['cluster', 'controlPlane'], {
      part: 'key',
      other: second.path,
      hint: 'Add cluster.controlPlane.vip (a free address and an interface), or endpoint for a load balancer of your own.',
    });
  }
  if (second !== undefined && count % 2 === 0) {
    yield finding(`${count} control planes bear no more failures than ${count - 1}`, second.path, {
      severity: 'warning',
      hint: 'etcd needs a majority: take an odd number of control planes.',
    });
  }
}

export function* sharedAddress({ vip, endpoint }: Outline): Generator<Finding> {
  if (vip === undefined || endpoint === undefined) return;
  yield finding('vip and endpoint exclude each other', endpoint.path, {
    part: 'key',
    other: vip.path,
    hint: 'The tool runs the vip; an endpoint is run by you. Remove one.',
  });
}

export function* workerCount({ hosts, workloads, isComplete }: Outline): Generator<Finding> {
  const [deployment] = workloads.flatMap(({ deployments }) => deployments);
  if (!isComplete || deployment?.name === undefined) return;
  if (hosts.some((host) => hasRole(host, 'worker'))) return;
  yield finding('no host has the role "worker", so no pod could run', ['hosts'], {
    part: 'key',
    other: deployment.name.path,
    hint: 'A host can be both: roles: [control-plane, worker].',
  });
}

function hasRole({ roles }: Outline['hosts'][number], role: string): boolean {
  return roles.some(({ value }) => value === role);
}
