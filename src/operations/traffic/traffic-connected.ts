// The proof with connections: every Service of the cluster, whosever it is, takes one on each node.
import { z } from 'zod';
import { formatEndpoint } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { apiObjects } from '../../facts/kubernetes/api-objects.ts';
import { trafficConnections } from '../../facts/network/traffic-connections.ts';
import { describeServer } from '../../ipvs/compare/finding.ts';
import { expectedProxy } from '../../ipvs/expected/expected-proxy.ts';
import type { ExpectedServer } from '../../ipvs/expected/expected-state.ts';
import { expectedState } from '../../ipvs/expected/expected.ts';
import { viewCluster } from '../../kube/objects/cluster-view.ts';
import { clusterArg } from '../args/cluster.ts';
import { nodeArg } from '../args/scalars.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged, type FactReader, type Plan, type Problem } from '../operation.ts';

const args = z.strictObject({
  node: nodeArg,
  cluster: clusterArg,
  atMost: z.int().min(1).max(100_000).default(500).meta({
    description: 'So many virtual servers are tried at most.',
  }),
  seconds: z.int().min(1).max(60).default(3).meta({ description: 'Deadline of one connection.' }),
});

type Wanted = z.output<typeof args>;

export const trafficConnected = defineOperation({
  name: 'traffic.connected',
  summary:
    'Opens a TCP connection to every address of every Service that has pods, from the node itself, and closes it.',
  args,
  example: `
- name: Connect to every Service from each worker
  op: traffic.connected
  on: workers
  with:
    node: \${{ host.name }}
    cluster: \${{ cluster }}
    atMost: 2000
`,
  problemCode: 'verify.drift',
  needs: ({ cluster, atMost, seconds }) => [
    { query: ask(apiObjects, cluster.kubernetes), host: cluster.firstControlPlane },
    { query: ask(ipvsAddresses) },
    { query: ask(trafficConnections, { atMost, seconds }) },
  ],
  plan(wanted, facts): Plan {
    const { node, atMost, seconds } = wanted;
    const { hasClient, connections, left } = facts.get(ask(trafficConnections, { atMost, seconds }));
    if (!hasClient) {
      const message = `${node} cannot connect: it has neither bash nor curl nor nc`;
      const problem = drift({ kind: 'traffic.no-client', node, message, hint: 'Install curl there' });
      return { steps: [], problems: [problem] };
    }
    const expected = servingServers(wanted, facts);
    // What the API does not know is no business of this check.
    const known = connections.flatMap((one) => expected.get(formatEndpoint(one.address, one.port)) ?? []);
    if (known.length === 0) return unchanged;
    const closed = connections.filter(({ isOpen }) => !isOpen);
    const problems = closed.flatMap((one) => {
      const server = expected.get(formatEndpoint(one.address, one.port));
      return server === undefined ? [] : [noConnection(node, server)];
    });
    const warning = `${node} balances ${left} more TCP addresses than the ${atMost} that were tried`;
    return {
      steps: [],
      problems,
      warnings: left > 0 ? [warning] : [],
      report: [
        {
          from: node,
          'TCP addresses of Services': String(known.length),
          connected: String(known.length - problems.length),
        },
      ],
    };
  },
});

/** The TCP virtual servers of Services that must answer on this node, by `address:port`. Node ports are left out. */
function servingServers({ node, cluster }: Wanted, facts: FactReader): ReadonlyMap<string, ExpectedServer> {
  const api = facts.get(ask(apiObjects, cluster.kubernetes), cluster.firstControlPlane);
  if (!api.reachable) return new Map();
  const { virtualServers } = expectedState({
    node,
    ...viewCluster(api.items),
    host: facts.get(ask(ipvsAddresses)),
    ...expectedProxy(cluster),
  });
  const serving = virtualServers.filter(
    ({ kind, protocol, realServers }) => kind !== 'node-port' && protocol === 'TCP' && realServers.length > 0,
  );
  return new Map(serving.map((server) => [formatEndpoint(server.address, server.port), server]));
}

function noConnection(node: string, server: ExpectedServer): Problem {
  const { address, port, protocol, owners, realServers } = server;
  return drift({
    kind: 'traffic.no-connection',
    node,
    address,
    port,
    protocol,
    owner: owners[0],
    expected: 'a TCP connection',
    actual: 'none',
    message: `${describeServer(server)} takes no connection from ${node}`,
    hint: `It leads to ${realServers.map((real) => formatEndpoint(real.address, real.port)).join(', ')}: look whether these pods listen, and whether ${node} reaches them`,
  });
}
