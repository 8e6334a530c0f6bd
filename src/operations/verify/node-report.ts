// Puts together what is known of one node: how far it is as a node, and what its kernel balances.
import type { ApiObjects } from '../../facts/kubernetes/api-objects.ts';
import type { ExpectedInput } from '../../ipvs/expected/expected-state.ts';
import { expectedState } from '../../ipvs/expected/expected.ts';
import { externalAddresses, type NodeState } from '../../ipvs/external-addresses.ts';
import type { IpvsTable } from '../../ipvs/table/model.ts';
import { viewCluster, type ClusterView } from '../../kube/objects/cluster-view.ts';
import type { NodeReport } from '../report-data.ts';

export interface KnownNode extends NodeState {
  /** As the inventory has it. */
  readonly node: { readonly name: string; readonly address: string; readonly roles: readonly string[] };
  readonly proxy: Pick<ExpectedInput, 'settings' | 'rules'>;
  readonly proxyMode: string | null;
  readonly outside: ClusterView;
}

/**
 * What the API says, as far as people outside the cluster are concerned: of the Services those with an external or
 * load-balancer address. Empty when the API does not answer.
 */
export function viewOutside(api: ApiObjects): ClusterView {
  const cluster = viewCluster(api.reachable ? api.items : []);
  const services = cluster.services.filter(
    ({ externalIPs, loadBalancerIPs }) => externalIPs.length + loadBalancerIPs.length > 0,
  );
  return { ...cluster, services };
}

/** What is known of one node and its virtual servers, for programs and pictures. */
export function nodeReport({ node, proxy, proxyMode, outside, table, host }: KnownNode): NodeReport {
  const { nodes, services, endpoints } = outside;
  const { name, address, roles } = node;
  const view = nodes.find((one) => one.name === name);
  const { virtualServers } = expectedState({ node: name, nodes, services, endpoints, host, ...proxy });
  return {
    kind: 'node',
    node: name,
    address,
    roles,
    isReady: view?.isReady ?? null,
    kubeletVersion: view === undefined || view.kubeletVersion === '' ? null : view.kubeletVersion,
    proxyMode,
    virtualServers: table?.virtualServers.length ?? null,
    ...totals(table),
    externalAddresses: externalAddresses(virtualServers, endpoints, { table, host }),
  };
}

function totals(table: IpvsTable | null): Pick<NodeReport, 'realServers' | 'connections'> {
  const real = table?.virtualServers.flatMap(({ realServers }) => realServers) ?? [];
  const sum = (state: 'active' | 'inactive'): number => real.reduce((all, one) => all + one[state], 0);
  return { realServers: real.length, connections: { active: sum('active'), inactive: sum('inactive') } };
}
