// Whether IPVS remembers silent TCP connections long enough for keepalive to show that they live.
import { z } from 'zod';
import { groupBy } from '../../core/group-by.ts';
import { ask } from '../../facts/fact.ts';
import { ipvsTimeouts } from '../../facts/ipvs/ipvs-timeouts.ts';
import { tcpKeepalive, type TcpKeepalive } from '../../facts/network/tcp-keepalive.ts';
import { has } from '../../kube/version-facts.ts';
import { parseVersion } from '../../kube/version.ts';
import { clusterArg, type ClusterArg } from '../args/cluster.ts';
import { defineOperation, type FactReader, type Plan } from '../operation.ts';

const args = z.strictObject({ cluster: clusterArg });

/** What a kernel takes that nobody has told otherwise. */
const kernelSeconds = 900;

export const idleConnectionsKept = defineOperation({
  name: 'idle-connections.kept',
  summary:
    'Warns where IPVS forgets silent TCP connections before TCP keepalive shows a sign of life; says it once for all nodes.',
  args,
  example: `
- name: Compare how long IPVS and TCP remember
  op: idle-connections.kept
  on: first-control-plane
  with: { cluster: '\${{ cluster }}' }
`,
  needs: ({ cluster }) =>
    cluster.nodes.flatMap(({ name: host }) => [
      { query: ask(ipvsTimeouts), host, optional: true },
      { query: ask(tcpKeepalive), host, optional: true },
    ]),
  plan({ cluster }, facts): Plan {
    const found = cluster.nodes.flatMap(({ name }) => {
      const sentence = shortMemory(name, cluster, facts);
      return sentence === undefined ? [] : [{ name, sentence }];
    });
    const warnings = [...groupBy(found, ({ sentence }) => sentence)].map(
      ([sentence, nodes]) => `on ${nodes.map(({ name }) => name).join(', ')}, ${sentence}. ${hint(cluster)}`,
    );
    return { steps: [], warnings };
  },
});

/** The inventory's time counts before the node's own: kube-proxy is to set it. */
function shortMemory(node: string, { kubeProxy }: ClusterArg, facts: FactReader): string | undefined {
  const keepalive = facts.get<TcpKeepalive | undefined>(ask(tcpKeepalive), node);
  if (keepalive === undefined) return undefined;
  const live = facts.get<{ readonly tcp: number } | null | undefined>(ask(ipvsTimeouts), node);
  const remembered = kubeProxy.timeouts.tcp ?? live?.tcp ?? kernelSeconds;
  const { host, pods } = keepalive;
  if (remembered >= Math.max(host ?? 0, pods ?? 0)) return undefined;
  const times = [
    ...(host === null ? [] : [`${host} s on the host (net.ipv4.tcp_keepalive_time)`]),
    ...(pods === null ? [] : [`${pods} s in pods, whatever the host has`]),
  ];
  return (
    `IPVS forgets a TCP connection after ${remembered} s of silence, but keepalive speaks up only after ` +
    `${times.join(' and ')}: a connection to a Service that rests for longer breaks without a word`
  );
}

function hint({ kubernetes }: ClusterArg): string {
  return has(parseVersion(kubernetes.version), 'ipvsTimeouts')
    ? 'Set cluster.kubeProxy.timeouts.tcp to more than that, or let the programs send keepalive sooner'
    : 'This kube-proxy cannot change it (1.18 can): let the programs send keepalive sooner';
}
