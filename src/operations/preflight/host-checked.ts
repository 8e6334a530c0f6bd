// The checks before anything is changed: everything that would break a cluster later, found now.
import { z } from 'zod';
import { roles } from '../../core/role.ts';
import { isIpv6 } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { bootSwap } from '../../facts/host/boot-swap.ts';
import { offeredManifest } from '../../bundle/manifest.ts';
import { containerImages } from '../../facts/host/container-images.ts';
import { containerdVersion } from '../../facts/host/containerd-version.ts';
import { fileSystems } from '../../facts/host/file-systems.ts';
import { hostSystem } from '../../facts/host/host-system.ts';
import { osRelease } from '../../facts/host/os-release.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { kubeletTakesSwap } from '../../facts/kubernetes/kubelet-swap.ts';
import { ownListener } from '../../facts/firewall/own-listener.ts';
import { kubeletVersion } from '../../facts/kubernetes/kubelet-version.ts';
import { hostIpv6 } from '../../facts/network/host-ipv6.ts';
import { iptablesFact } from '../../facts/network/iptables.ts';
import { listeners } from '../../facts/network/listeners.ts';
import { parseVersion } from '../../kube/version.ts';
import { swapArg } from '../args/cluster.ts';
import { ipAddress } from '../args/networks.ts';
import { clusterVersion } from '../args/scalars.ts';
import { defineOperation, type FactReader } from '../operation.ts';
import { checkAddresses } from './address-checks.ts';
import { checkDistributions, type NamedHost } from './distribution-checks.ts';
import { checkDisks, diskDirectories } from './disk-checks.ts';
import { planOf, type Finding } from './finding.ts';
import { checkIptables, checkPorts, checkRoute, nodePorts } from './network-checks.ts';
import { checkPeers } from './peer-checks.ts';
import { checkResources, checkSwap, checkSystem } from './system-checks.ts';
import { checkVersions } from './version-checks.ts';

const nodeName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be a lower-case host name');

const args = z.strictObject({
  node: nodeName.meta({ description: "This host's name." }),
  roles: z.array(z.enum(roles)).min(1).meta({ description: 'What the host is to be.' }),
  peers: z.array(nodeName).default([]).meta({
    description: 'All hosts of the cluster, the first control plane first; clocks are compared with its.',
  }),
  hosts: z.array(nodeName).default([]).meta({
    description:
      'The hosts on which this task runs: what is to be said of the distributions of several, the first of them says once.',
  }),
  addresses: z.array(ipAddress).default([]).meta({
    description: 'The addresses that the host is to have as a node. Looked at where one of them is IPv6.',
  }),
  architecture: z
    .enum(['amd64', 'arm64'])
    .nullable()
    .default(null)
    .meta({ description: 'What the programs to be sent are made for; nil where none are.' }),
  version: clusterVersion.optional().meta({
    description:
      'The Kubernetes to be installed: kernel, control groups, containerd and a kubelet that is there must suit it.',
  }),
  files: offeredManifest.shape.files.default([]).meta({
    description: 'What is to be sent, as `bundle.manifest` lists it: disks must have room for it.',
  }),
  swap: swapArg.meta({
    description:
      'What becomes of swap, as `${{ cluster.swap }}` gives it; only what is kept or refused is looked at.',
  }),
});

export type HostCheckArgs = z.output<typeof args>;

export const hostChecked = defineOperation({
  name: 'host.checked',
  summary:
    'Checks that a host can become a node: distribution, SELinux, firewalld, systemd, rights, processor, memory, disk, swap now and at the next boot, cgroups, clock, names, ports, default route, an iptables that works, the addresses of a host with IPv6, and what the Kubernetes version asks for.',
  args,
  example: `
- name: Check that the workers can become nodes
  op: host.checked
  on: workers
  with:
    node: \${{ host.name }}
    roles: \${{ host.roles }}
    peers: '\${{ cluster.nodes | map: "name" }}'
    addresses: \${{ host.addresses }}
    architecture: '\${{ bundle.manifest.architecture | default: nil }}'
    version: \${{ cluster.kubernetes.version }}
    files: \${{ bundle.manifest.files }}
    swap: \${{ cluster.swap }}
`,
  needs: ({ roles, node, peers, hosts, addresses, version, swap }) => [
    { query: ask(hostSystem) },
    { query: ask(bootSwap) },
    { query: ask(fileSystems, { directories: diskDirectories(roles) }) },
    { query: ask(containerImages) },
    { query: ask(osRelease) },
    { query: ask(iptablesFact) },
    { query: ask(listeners, { ports: nodePorts(roles) }) },
    { query: ask(ownListener) },
    ...(addresses.some(isIpv6) ? [{ query: ask(hostIpv6) }, { query: ask(ipvsAddresses) }] : []),
    ...(swap.policy === 'keep' ? [{ query: ask(kubeletTakesSwap) }] : []),
    ...(version === undefined ? [] : [{ query: ask(containerdVersion) }, { query: ask(kubeletVersion) }]),
    ...[...new Set([...peers, ...hosts])]
      .filter((other) => other !== node)
      .map((host) => ({ query: ask(hostSystem), host })),
    ...hosts.filter((other) => other !== node).map((host) => ({ query: ask(osRelease), host })),
  ],
  plan(wanted, facts) {
    const { node, roles } = wanted;
    const system = facts.get(ask(hostSystem));
    const others = wanted.peers
      .filter((peer) => peer !== node)
      .map((name) => ({ name, system: facts.get(ask(hostSystem), name) }));
    const findings: readonly Finding[] = [
      ...checkSystem(system, wanted),
      ...checkDistributions(node, namedHosts(wanted, facts)),
      ...checkRoom(wanted, facts),
      ...checkSwap(wanted.swap, {
        system,
        atBoot: facts.get(ask(bootSwap)),
        kubeletTakesIt: wanted.swap.policy === 'keep' && facts.get(ask(kubeletTakesSwap)),
      }),
      ...checkRoute(system),
      ...checkPorts(foreignListeners(roles, facts), roles, system),
      ...checkIptables(facts.get(ask(iptablesFact))),
      ...checkIpv6(wanted, facts),
      ...checkPeers(wanted, system, others),
      ...versionFindings(wanted, facts),
    ];
    return planOf(node, findings);
  },
});

/** Processor, memory and disks. That a disk is too small for anything is said where nothing more precise is. */
function checkRoom({ roles, files }: HostCheckArgs, facts: FactReader): readonly Finding[] {
  const system = facts.get(ask(hostSystem));
  const disks = checkDisks(facts.get(ask(fileSystems, { directories: diskDirectories(roles) })), {
    roles,
    files,
    present: facts.get(ask(containerImages)),
    isNode: system.isNode,
  });
  const isTold = disks.some(({ severity, check }) => severity === 'problem' && check === 'disk-space');
  const resources = checkResources(system, roles).filter(({ check }) => !isTold || check !== 'disk');
  return [...resources, ...disks];
}

/** Those that are checked together, in the order of the inventory. */
function namedHosts({ node, hosts }: HostCheckArgs, facts: FactReader): readonly NamedHost[] {
  const names = hosts.includes(node) ? hosts : [node, ...hosts];
  return names.map((name) => {
    const host = name === node ? undefined : name;
    return { name, os: facts.get(ask(osRelease), host), system: facts.get(ask(hostSystem), host) };
  });
}

/** Without this program's own, which an earlier run has left for a minute. */
function foreignListeners(roles: HostCheckArgs['roles'], facts: FactReader) {
  const own = facts.get(ask(ownListener)).ports;
  const found = facts.get(ask(listeners, { ports: nodePorts(roles) }));
  return found?.filter(({ port }) => !own.includes(port)) ?? null;
}

function checkIpv6({ addresses }: HostCheckArgs, facts: FactReader): readonly Finding[] {
  if (!addresses.some(isIpv6)) return [];
  const ipv6 = facts.get(ask(hostIpv6));
  return checkAddresses(addresses, facts.get(ask(ipvsAddresses)), ipv6);
}

function versionFindings({ version }: HostCheckArgs, facts: FactReader): readonly Finding[] {
  if (version === undefined) return [];
  return checkVersions(parseVersion(version), {
    system: facts.get(ask(hostSystem)),
    containerd: facts.get(ask(containerdVersion)),
    kubelet: facts.get(ask(kubeletVersion)),
  });
}
