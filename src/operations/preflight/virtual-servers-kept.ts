// Virtual servers of somebody else on a host that is to become a node: kube-proxy would delete them.
import { z } from 'zod';
import { singleAddressCIDR } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../../facts/ipvs/ipvs-table.ts';
import { clusterConfiguration } from '../../facts/kubernetes/cluster-configuration.ts';
import { kubernetesNode } from '../../facts/kubernetes/kubernetes-node.ts';
import { ownershipJudge } from '../../ipvs/compare/ownership.ts';
import { sortVirtualServers, virtualServerKey } from '../../ipvs/table/model.ts';
import { clusterArg } from '../args/cluster.ts';
import { liveProxyOf } from '../args/live-proxy.ts';
import { clusterNetworks, nodePortRange } from '../args/networks.ts';
import { workloadArgs } from '../args/workloads.ts';
import { defineOperation, unchanged, type Plan } from '../operation.ts';

const args = z.strictObject({
  node: z.string().min(1).meta({ description: 'Name of the Node that this host is to be.' }),
  cluster: clusterArg,
  nodePorts: nodePortRange,
  workloads: workloadArgs.shape.workloads,
});

export const virtualServersKept = defineOperation({
  name: 'virtual-servers.kept',
  summary:
    "Stops before a host becomes a node whose kube-proxy would delete somebody else's virtual servers: those outside of excludeCIDRs.",
  args,
  example: `
- name: Look for virtual servers that kube-proxy would delete
  op: virtual-servers.kept
  with:
    node: \${{ host.name }}
    cluster: \${{ cluster }}
    workloads: \${{ workloads }}
`,
  needs: ({ cluster }) => [
    { query: ask(ipvsTable) },
    { query: ask(ipvsAddresses) },
    { query: ask(kubernetesNode) },
    { query: ask(clusterConfiguration), host: cluster.firstControlPlane },
  ],
  plan({ node, cluster, nodePorts, workloads }, facts): Plan {
    const table = facts.get(ask(ipvsTable));
    // On a node kube-proxy has done it already; what verify finds there, it says.
    if (table === null || facts.get(ask(kubernetesNode)).hasKubeletKubeconfig) return unchanged;
    const externalAddresses = workloads.flatMap(({ services }) => services.flatMap((one) => one.externalIPs));
    const networks = clusterNetworks(cluster, {
      nodePortRange: nodePorts,
      externalAddresses,
      excludeCIDRs: liveProxyOf(cluster, facts)?.excludeCIDRs ?? [],
    });
    const judge = ownershipJudge(table, facts.get(ask(ipvsAddresses)), networks);
    const foreign = sortVirtualServers(table.virtualServers).filter((server) => judge(server) === 'foreign');
    return {
      steps: [],
      problems: foreign.map((server) => ({
        message: `${node} balances ${virtualServerKey(server)} for somebody else, and kube-proxy would delete that`,
        hint: `Put ${singleAddressCIDR(server.address)} or its network into cluster.kubeProxy.excludeCIDRs, and kube-proxy leaves it alone; or delete the virtual server (ipvsadm -D) if nobody needs it.`,
        data: { node, virtualServer: virtualServerKey(server) },
      })),
    };
  },
});
