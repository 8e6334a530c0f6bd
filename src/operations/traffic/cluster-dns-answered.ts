// The proof with names: every node gets a Service's address from the cluster's DNS, by UDP and by TCP.
import { z } from 'zod';
import { canonicalIp, splitNetworks } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { apiObjects } from '../../facts/kubernetes/api-objects.ts';
import { dnsAnswers, type DnsAnswers, type DnsQuery } from '../../facts/network/dns-answers.ts';
import { dnsService, viewClusterDns } from '../../kube/objects/cluster-dns-view.ts';
import type { KubernetesObject } from '../../kube/objects/object.ts';
import { viewServices } from '../../kube/objects/service-view.ts';
import { clusterArg } from '../args/cluster.ts';
import { nodeArg } from '../args/scalars.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged, type Plan } from '../operation.ts';
import { checkAnswers, exchangeData, inWords, type DnsExchange } from './dns-checks.ts';

const args = z.strictObject({
  node: nodeArg,
  cluster: clusterArg,
  requests: z.int().min(1).max(100).default(4).meta({
    description:
      'How often each address of the DNS is asked by each protocol, so that each of its pods has a turn.',
  }),
  seconds: z.int().min(1).max(60).default(5).meta({
    description: 'Deadline of one answer; a question without one is asked once more.',
  }),
});

type Wanted = z.output<typeof args>;

/** The Service that every cluster has. */
const known = { namespace: 'default', name: 'kubernetes' } as const;

export const clusterDnsAnswered = defineOperation({
  name: 'cluster-dns.answered',
  summary:
    "Asks the cluster's DNS for the address of the Service default/kubernetes, by UDP and by TCP, from the node itself. Without a DNS in the cluster nobody is asked.",
  args,
  example: `
- name: Look up a Service from each worker
  op: cluster-dns.answered
  on: workers
  with:
    node: \${{ host.name }}
    cluster: \${{ cluster }}
    requests: 10
`,
  problemCode: 'verify.drift',
  needs: (wanted) => [
    { query: ask(apiObjects, wanted.cluster.kubernetes), host: wanted.cluster.firstControlPlane },
    { query: ask(dnsAnswers, question(wanted)) },
  ],
  plan(wanted, facts): Plan {
    const { kubernetes, firstControlPlane } = wanted.cluster;
    const api = facts.get(ask(apiObjects, kubernetes), firstControlPlane);
    // Without an API nobody knows what the answer must be; whoever compares with the API says that it is silent.
    const addresses = api.reachable ? dnsAddresses(api.items) : [];
    if (!api.reachable || addresses.length === 0) return unchanged;
    const answers = facts.get(ask(dnsAnswers, question(wanted)));
    return proof(wanted, { addresses, answers, expected: addressesOf(api.items) });
  },
});

/** The cluster IPs of the DNS; none where the cluster has none, or none to balance. */
function dnsAddresses(objects: readonly KubernetesObject[]): readonly string[] {
  return viewClusterDns(objects)?.service?.clusterIPs.map(canonicalIp) ?? [];
}

function addressesOf(objects: readonly KubernetesObject[]): readonly string[] {
  const service = viewServices(objects).find(
    ({ namespace, name }) => namespace === known.namespace && name === known.name,
  );
  return service?.clusterIPs.map(canonicalIp) ?? [];
}

interface Findings {
  /** Where the DNS must answer. */
  readonly addresses: readonly string[];
  readonly answers: DnsAnswers;
  /** The addresses of the Service that was asked for. */
  readonly expected: readonly string[];
}

function proof(wanted: Wanted, { addresses, answers, expected }: Findings): Plan {
  const { node } = wanted;
  const { hasClient, servers } = answers;
  if (!hasClient) {
    const message = `${node} cannot ask the cluster's DNS: it lacks bash, timeout, dd or od`;
    const problem = drift({
      kind: 'traffic.no-client',
      node,
      message,
      hint: 'Install bash and coreutils there',
    });
    return { steps: [], problems: [problem] };
  }
  const { type } = question(wanted);
  const exchanges = servers.flatMap((server) =>
    (['UDP', 'TCP'] as const).map((protocol): DnsExchange => {
      const own = answers.answers.filter((one) => one.server === server && one.protocol === protocol);
      return {
        node,
        server,
        protocol,
        name: answers.name,
        type,
        expected: ofType(expected, type),
        answers: own,
      };
    }),
  );
  return {
    steps: [],
    problems: [
      ...addresses.filter((address) => !servers.includes(address)).map((address) => notFound(node, address)),
      ...checkAnswers(exchanges),
    ],
    data: { kind: 'dns', node, name: answers.name, exchanges: exchanges.map(exchangeData) },
    report: servers.map((server) => ({
      from: node,
      DNS: server,
      'asked for': answers.name,
      ...Object.fromEntries(
        exchanges.filter((one) => one.server === server).map((one) => [one.protocol, inWords(one.answers)]),
      ),
    })),
  };
}

function notFound(node: string, address: string) {
  return drift({
    kind: 'traffic.no-address',
    node,
    address,
    port: 53,
    owner: dnsService,
    expected: 'a cluster IP',
    message: `${node} finds no cluster IP of ${dnsService.namespace}/${dnsService.name} (the API of the first control plane has ${address})`,
    hint: `Look whether ${node} reaches the API with its kubelet's own rights: kubectl --kubeconfig=/etc/kubernetes/kubelet.conf get services -A`,
  });
}

function question({ cluster, requests, seconds }: Wanted): DnsQuery {
  // The cluster's own Service has an address of the first family.
  const [services = ''] = splitNetworks(cluster.network.services);
  return {
    name: `${known.name}.${known.namespace}.svc`,
    type: services.includes(':') ? 'AAAA' : 'A',
    requests,
    seconds,
  };
}

function ofType(addresses: readonly string[], type: DnsQuery['type']): readonly string[] {
  return addresses.filter((address) => address.includes(':') === (type === 'AAAA'));
}
