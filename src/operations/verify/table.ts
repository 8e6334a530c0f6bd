// What verify checks of a node's IPVS table, and the rows it shows when all is well.
import { ask } from '../../facts/fact.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../../facts/ipvs/ipvs-table.ts';
import { apiObjects } from '../../facts/kubernetes/api-objects.ts';
import { compareStates, type Difference } from '../../ipvs/compare/difference.ts';
import type { ClusterNetworks } from '../../ipvs/compare/ownership.ts';
import { expectedProxy } from '../../ipvs/expected/expected-proxy.ts';
import type { ExpectedState } from '../../ipvs/expected/expected-state.ts';
import { expectedState } from '../../ipvs/expected/expected.ts';
import { formatServiceName } from '../../ipvs/service-name.ts';
import { realServerKey, sortRealServers, virtualServerKey, type IpvsTable } from '../../ipvs/table/model.ts';
import { viewCluster, type ClusterView } from '../../kube/objects/cluster-view.ts';
import { clusterNetworks, poolMatcher } from '../args/networks.ts';
import { drift, type DriftParts } from '../drift.ts';
import type { FactReader } from '../operation.ts';
import type { VerifyArgs } from './args.ts';
import type { Check } from './host.ts';
import { liveProxyOf } from '../args/live-proxy.ts';

/** Compares the table and the bound addresses with the API's objects. */
export function verifyTable(wanted: VerifyArgs, facts: FactReader): Check {
  const { node, cluster: settings } = wanted;
  const from = settings.firstControlPlane;
  const api = facts.get(ask(apiObjects, settings.kubernetes), from);
  if (!api.reachable) {
    return oneProblem({
      kind: 'api.unreachable',
      node,
      actual: api.reason,
      message: `${node} cannot be compared: the API on ${from} does not answer (${api.reason})`,
      hint: `Look after the API server on ${from}: is its node up, is its pod running?`,
      more: { from },
    });
  }
  const table = facts.get(ask(ipvsTable));
  if (table === null) {
    return oneProblem({
      kind: 'ipvs.absent',
      node,
      expected: 'ip_vs loaded',
      actual: 'not loaded',
      message: `the kernel module ip_vs is not loaded on ${node}, so nothing is balanced there`,
      hint: 'Run "up": it loads the modules',
    });
  }
  const cluster = viewCluster(api.items);
  if (!cluster.nodes.some(({ name }) => name === node)) {
    const hint = 'Run "up" again: it joins the node';
    return oneProblem({ kind: 'node.missing', node, message: `${node} is no node of the cluster`, hint });
  }
  const host = facts.get(ask(ipvsAddresses));
  const live = liveProxyOf(settings, facts);
  const expected = expectedState({ node, ...cluster, host, ...expectedProxy(settings, live) });
  const networks = networksOf(wanted, cluster, table, live?.excludeCIDRs);
  const difference = compareStates(node, expected, { table, host }, networks);
  return {
    problems: difference.findings.map(drift),
    warnings: warnings(node, difference),
    report: rows(node, expected, table),
  };
}

/** An address of the pool was a Service's, though it may be no one's now. */
function networksOf(
  { cluster, nodePorts, externalIPs }: VerifyArgs,
  { services, nodes }: ClusterView,
  { virtualServers }: IpvsTable,
  excludeCIDRs: readonly string[] = [],
): ClusterNetworks {
  const pooled = virtualServers.map(({ address }) => address).filter(poolMatcher(externalIPs));
  const claimed = services.flatMap((service) => [...service.externalIPs, ...service.loadBalancerIPs]);
  return clusterNetworks(cluster, {
    podCIDRs: nodes.flatMap(({ podCIDRs }) => podCIDRs),
    nodeAddresses: nodes.flatMap(({ addresses }) => addresses),
    externalAddresses: [...claimed, ...pooled],
    nodePortRange: nodePorts,
    excludeCIDRs,
  });
}

function oneProblem(parts: DriftParts): Check {
  return { problems: [drift(parts)] };
}

function warnings(node: string, { foreign, draining }: Difference): readonly string[] {
  const unprotected = foreign.filter(({ ownership }) => ownership === 'foreign');
  return [
    ...unprotected.map(
      ({ server }) =>
        `${node} balances ${virtualServerKey(server)}, which is not kube-proxy's; ` +
        `kube-proxy deletes it at its next look unless its address is in excludeCIDRs`,
    ),
    ...draining.map(
      ({ virtualServer, realServer, connections }) =>
        `${node} still lists ${realServer} of ${virtualServer} with weight 0, ` +
        (connections === 0
          ? 'though no connection is left; kube-proxy takes it away within a minute'
          : `because connections to it have not ended: ${connections}`),
    ),
  ];
}

/** External addresses and their real servers, as this node's kernel has them. */
function rows(
  node: string,
  expected: ExpectedState,
  { virtualServers }: IpvsTable,
): readonly Readonly<Record<string, string>>[] {
  const real = new Map(virtualServers.map((server) => [virtualServerKey(server), server.realServers]));
  return expected.virtualServers
    .filter(({ kind }) => kind === 'external-ip' || kind === 'load-balancer')
    .map((server) => ({
      node,
      'external address': virtualServerKey(server),
      service: formatServiceName(server.owners[0]),
      scheduler: server.scheduler,
      'real servers (weight)': sortRealServers(real.get(virtualServerKey(server)) ?? [])
        .map((one) => `${realServerKey(one)} (${one.weight})`)
        .join(', '),
    }));
}
