// Before any change: nothing of an earlier installation is in the way, on a host that is no node yet.
import { z } from 'zod';
import { roles } from '../../core/role.ts';
import { ask } from '../../facts/fact.ts';
import { leftOvers } from '../../facts/kubernetes/left-overs.ts';
import { parseVersion } from '../../kube/version.ts';
import { ipAddress } from '../args/networks.ts';
import { clusterVersion, hostArg } from '../args/scalars.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { planOf } from './finding.ts';
import { checkDeadStarts, checkEtcdData, checkKubeletSettings, checkMounts } from './left-over-checks.ts';

const args = z.strictObject({
  node: hostArg,
  roles: z.array(z.enum(roles)).min(1).meta({ description: 'What the host is to be.' }),
  addresses: z
    .array(ipAddress)
    .min(1)
    .meta({ description: 'The addresses that the host is to have as a node.' }),
  version: clusterVersion.meta({ description: 'The Kubernetes to be installed.' }),
  runtimeSource: z
    .string()
    .default('packages')
    .meta({ description: 'Where containerd comes from: `binaries` brings /usr/local/bin/containerd.' }),
});

export const leftOversAbsent = defineOperation({
  name: 'left-overs.absent',
  summary:
    "Checks that an earlier installation has left nothing that breaks a new node: another etcd's data, mounts below the kubelet's directory, flags and drop-ins of the kubelet, a unit of containerd without its program. A host that is part of a cluster is left in peace.",
  args,
  example: `
- name: Look for what an earlier installation has left
  op: left-overs.absent
  with:
    node: \${{ host.name }}
    roles: \${{ host.roles }}
    addresses: \${{ host.addresses }}
    version: \${{ cluster.kubernetes.version }}
    runtimeSource: \${{ runtime.source }}
`,
  needs: () => [{ query: ask(leftOvers) }],
  plan(wanted, facts) {
    const found = facts.get(ask(leftOvers));
    if (found.isInUse) return unchanged;
    const place = { ...wanted, version: parseVersion(wanted.version) };
    return planOf(wanted.node, [
      ...checkEtcdData(found, wanted.roles.includes('control-plane')),
      ...checkMounts(found),
      ...checkDeadStarts(found, wanted.runtimeSource === 'binaries'),
      ...checkKubeletSettings(found, place),
    ]);
  },
});
