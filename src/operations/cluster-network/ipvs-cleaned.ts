// kube-proxy's virtual servers and its interface, gone from the host; everybody else's virtual servers stay.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { formatEndpoint } from '../../core/ip.ts';
import type { Protocol } from '../../core/protocol.ts';
import { ask } from '../../facts/fact.ts';
import { programs } from '../../facts/host/programs.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../../facts/ipvs/ipvs-table.ts';
import { ownershipJudge } from '../../ipvs/compare/ownership.ts';
import { boundAddresses, dummyInterface } from '../../ipvs/host-addresses.ts';
import {
  emptyTable,
  sortVirtualServers,
  virtualServerKey,
  type VirtualServer,
} from '../../ipvs/table/model.ts';
import { clusterArg } from '../args/cluster.ts';
import { clusterNetworks, nodePortRange } from '../args/networks.ts';
import { workloadArgs } from '../args/workloads.ts';
import { defineOperation, type ExecStep } from '../operation.ts';

const args = z.strictObject({
  cluster: clusterArg,
  nodePorts: nodePortRange,
  workloads: workloadArgs.shape.workloads.default([]).meta({
    description: "The inventory's workloads: their external IPs count, in case kube-ipvs0 is gone already.",
  }),
});

const ipvsadm = ask(programs, { names: ['ipvsadm'] });

export const ipvsCleaned = defineOperation({
  name: 'ipvs.cleaned',
  summary:
    "Deletes the virtual servers that are kube-proxy's (docs/verify.md tells by what rule), and kube-ipvs0; others stay.",
  args,
  example: `
- name: Delete the virtual servers that kube-proxy left
  op: ipvs.cleaned
  with: { cluster: '\${{ cluster }}', workloads: '\${{ workloads }}' }
`,
  needs: () => [{ query: ask(ipvsTable) }, { query: ask(ipvsAddresses) }, { query: ipvsadm }],
  plan({ cluster, nodePorts, workloads }, facts) {
    const externalAddresses = workloads.flatMap(({ services }) => services.flatMap((one) => one.externalIPs));
    const host = facts.get(ask(ipvsAddresses));
    const table = facts.get(ask(ipvsTable)) ?? emptyTable;
    const networks = clusterNetworks(cluster, { nodePortRange: nodePorts, externalAddresses });
    const judge = ownershipJudge(table, host, networks);
    const own = sortVirtualServers(table.virtualServers).filter((server) => judge(server) === 'kube-proxy');
    const canDelete = facts.get(ipvsadm).length > 0;
    return {
      steps: [...(canDelete ? deleteServers(own) : []), ...deleteInterface(boundAddresses(host))],
      warnings: canDelete || own.length === 0 ? [] : [leftovers(own)],
    };
  },
});

/** All in one process; the plan that follows shows whether they are gone. */
function deleteServers(servers: readonly VirtualServer[]): readonly ExecStep[] {
  const [first] = servers;
  if (first === undefined) return [];
  const title =
    servers.length === 1
      ? `delete the virtual server ${virtualServerKey(first)} of kube-proxy`
      : `delete ${servers.length} virtual servers of kube-proxy`;
  const stdin = servers.map((server) => `-D ${serviceOption(server)}\n`).join('');
  return [{ kind: 'exec', title, command: cmd`ipvsadm -R`, stdin }];
}

const protocolOptions: Readonly<Record<Protocol, string>> = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' };

function serviceOption({ protocol, address, port }: VirtualServer): string {
  return `${protocolOptions[protocol]} ${formatEndpoint(address, port)}`;
}

function deleteInterface(bound: readonly string[] | undefined): readonly ExecStep[] {
  if (bound === undefined) return [];
  const title = `remove the interface ${dummyInterface} with its ${bound.length} ${bound.length === 1 ? 'address' : 'addresses'}`;
  return [{ kind: 'exec', title, command: cmd`ip link delete ${dummyInterface}` }];
}

function leftovers(servers: readonly VirtualServer[]): string {
  return (
    `ipvsadm is not installed, so virtual servers of kube-proxy will be in the kernel until the next boot ` +
    `(${servers.length}); without ${dummyInterface} no packet reaches the addresses that were on it`
  );
}
