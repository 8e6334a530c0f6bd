// Before any change: the hosts find the address of the API that the inventory gives.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { endpointView, type EndpointView } from '../../facts/network/endpoint-view.ts';
import { isLoopback } from '../../facts/network/resolver.ts';
import { formatEndpoint } from '../../core/ip.ts';
import { ipAddress } from '../args/networks.ts';
import { defineOperation, unchanged, type FactReader, type Problem } from '../operation.ts';

const args = z.strictObject({
  claims: z
    .object({
      endpoint: z
        .object({ host: z.string().min(1), port: z.int(), place: z.string() })
        .nullable()
        .meta({ description: 'The address of the API; nil where the inventory gives none.' }),
    })
    .meta({ description: 'What the inventory names, and where, as `${{ claims }}` gives it.' }),
  virtualIP: ipAddress
    .nullable()
    .default(null)
    .meta({ description: "The control planes' own virtual IP, which nobody has yet." }),
  nodes: z.array(z.string().min(1)).min(1).meta({ description: 'Names of all nodes.' }),
  firstControlPlane: z.string().min(1).meta({ description: 'The one that needs no other to become a node.' }),
});

type Args = z.output<typeof args>;
type Endpoint = NonNullable<Args['claims']['endpoint']>;

export const endpointFound = defineOperation({
  name: 'endpoint.found',
  summary:
    'Checks that every host can resolve the name in `cluster.controlPlane.endpoint`, and that the network leads to its address. Whether a balancer there forwards cannot be seen as long as nothing listens behind it: a refused connection is good enough. Of hosts that are nodes already it only warns.',
  args,
  example: `
- name: Look for the address of the API
  op: endpoint.found
  on: first-control-plane
  with:
    claims: \${{ claims }}
    virtualIP: '\${{ cluster.controlPlane.vip.address | default: nil }}'
    nodes: '\${{ cluster.nodes | map: "name" }}'
    firstControlPlane: \${{ cluster.firstControlPlane }}
`,
  needs: (wanted) => {
    const query = questionOf(wanted);
    return query === undefined ? [] : wanted.nodes.map((host) => ({ query, host, optional: true }));
  },
  plan(wanted, facts) {
    const { endpoint } = wanted.claims;
    if (endpoint === null) return unchanged;
    const views = viewsOf(wanted, facts);
    const findings = [
      ...unresolved(endpoint, views),
      ...astray(endpoint, views, wanted.firstControlPlane),
      ...unreachable(endpoint, views),
      ...silent(endpoint, views),
    ];
    return {
      steps: [],
      problems: findings.filter((finding) => typeof finding !== 'string'),
      warnings: findings.filter((finding) => typeof finding === 'string'),
    };
  },
});

/** A problem, or the text of a warning. */
type Finding = Problem | string;

function questionOf({ claims: { endpoint }, virtualIP }: Args) {
  if (endpoint === null) return undefined;
  const { host, port } = endpoint;
  return ask(endpointView, { host, port, later: virtualIP === null ? [] : [virtualIP] });
}

interface NodeView extends EndpointView {
  readonly node: string;
}

/** Nothing of a host that cannot be reached. */
function viewsOf(wanted: Args, facts: FactReader): readonly NodeView[] {
  const query = questionOf(wanted);
  if (query === undefined) return [];
  return wanted.nodes.flatMap((node) => {
    const view = facts.get<EndpointView | undefined>(query, node);
    return view === undefined ? [] : [{ node, ...view }];
  });
}

/** A node that is part of a cluster works as it is, or would not be one. */
function unresolved({ host, place }: Endpoint, views: readonly NodeView[]): readonly Finding[] {
  const lost = views.filter(({ addresses }) => addresses.length === 0);
  const hint = `Every node reaches the API by this name: add it to your DNS, or to /etc/hosts of each host. "getent hosts ${host}" must succeed there.`;
  const messageOf = (nodes: readonly string[]) => `${place}: ${nodes.join(', ')} cannot resolve ${host}`;
  const bare = namesOf(lost.filter(({ isNode }) => !isNode));
  const old = namesOf(lost.filter(({ isNode }) => isNode));
  return [
    ...(bare.length === 0
      ? []
      : [{ message: messageOf(bare), hint, data: { check: 'endpoint', endpoint: host, nodes: bare } }]),
    ...(old.length === 0 ? [] : [`${messageOf(old)}. ${hint}`]),
  ];
}

/**
 * As Debian's installer and cloud-init write a host's own name into /etc/hosts. On the first control plane its own API server
 * answers there, though of those that join only in the end; on each host a balancer of its own may. Where nobody does, the
 * name leads nowhere.
 */
function astray({ host, place }: Endpoint, views: readonly NodeView[], first: string): readonly Finding[] {
  const own = views.filter(
    ({ addresses, isNode, dialled }) =>
      !isNode && dialled !== 'accepted' && addresses.length > 0 && addresses.every(isLoopback),
  );
  const messageOf = (nodes: readonly string[]) =>
    `${place}: on ${nodes.join(', ')}, ${host} stands for an address of the host alone (127.…)`;
  const served = namesOf(own.filter(({ node }) => node === first));
  const nodes = namesOf(own.filter(({ node, dialled }) => node !== first && dialled === 'refused'));
  const hint = `Take it out of the line of 127.… in /etc/hosts there: the name must lead to the API from everywhere.`;
  return [
    ...(nodes.length === 0
      ? []
      : [{ message: messageOf(nodes), hint, data: { check: 'endpoint', endpoint: host, nodes } }]),
    ...(served.length === 0
      ? []
      : [
          `${messageOf(served)}. There its own API server answers and no balancer is asked. If that is not meant, take the name out of the line of 127.… in /etc/hosts.`,
        ]),
  ];
}

function unreachable({ host, port, place }: Endpoint, views: readonly NodeView[]): readonly Finding[] {
  const lost = views.filter(({ dialled }) => dialled === 'unreachable');
  if (lost.length === 0) return [];
  const nodes = namesOf(lost);
  const message = `${place}: ${nodes.join(', ')} cannot reach ${formatEndpoint(host, port)}: ${lost[0]?.reason ?? ''}`;
  const hint =
    'The balancer must be there before the first run, and hand connections on to the control planes. It may refuse them as long as no API server runs.';
  return [{ message, hint, data: { check: 'endpoint', endpoint: formatEndpoint(host, port), nodes } }];
}

function silent({ host, port, place }: Endpoint, views: readonly NodeView[]): readonly Finding[] {
  const nodes = namesOf(views.filter(({ dialled }) => dialled === 'silent'));
  if (nodes.length === 0) return [];
  return [
    `${place}: ${nodes.join(', ')} get no answer from ${formatEndpoint(host, port)}. A balancer may be silent as long as no API server runs; if it is a firewall, nodes will not join.`,
  ];
}

function namesOf(views: readonly NodeView[]): readonly string[] {
  return views.map(({ node }) => node);
}
