// Before any change: the hosts find the address of the API that the inventory gives.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { endpointView, type EndpointView } from '../../facts/network/endpoint-view.ts';
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
});

type Args = z.output<typeof args>;
type Endpoint = NonNullable<Args['claims']['endpoint']>;

export const endpointFound = defineOperation({
  name: 'endpoint.found',
  summary:
    'Checks that every host can resolve the name in `cluster.controlPlane.endpoint`, and that the network leads to its address. Whether a balancer there forwards cannot be seen as long as nothing listens behind it: a refused connection is good enough.',
  args,
  example: `
- name: Look for the address of the API
  op: endpoint.found
  on: first-control-plane
  with:
    claims: \${{ claims }}
    virtualIP: '\${{ cluster.controlPlane.vip.address | default: nil }}'
    nodes: '\${{ cluster.nodes | map: "name" }}'
`,
  needs: (wanted) => {
    const query = questionOf(wanted);
    return query === undefined ? [] : wanted.nodes.map((host) => ({ query, host, optional: true }));
  },
  plan(wanted, facts) {
    const { endpoint } = wanted.claims;
    if (endpoint === null) return unchanged;
    const views = viewsOf(wanted, facts);
    const silent = namesOf(views, ({ dialled }) => dialled === 'silent');
    return {
      steps: [],
      problems: [...unresolved(endpoint, views), ...astray(endpoint, views), ...unreachable(endpoint, views)],
      warnings: silent === '' ? [] : [silence(endpoint, silent)],
    };
  },
});

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

function namesOf(views: readonly NodeView[], test: (view: NodeView) => boolean): string {
  return views
    .filter(test)
    .map(({ node }) => node)
    .join(', ');
}

function unresolved({ host, place }: Endpoint, views: readonly NodeView[]): readonly Problem[] {
  const nodes = views.filter(({ addresses }) => addresses.length === 0).map(({ node }) => node);
  if (nodes.length === 0) return [];
  return [
    {
      message: `${place}: ${nodes.join(', ')} cannot resolve ${host}`,
      hint: `Every node reaches the API by this name: add it to your DNS, or to /etc/hosts of each host. "getent hosts ${host}" must succeed there.`,
      data: { check: 'endpoint', endpoint: host, nodes },
    },
  ];
}

/** As Debian's installer writes a host's own name into /etc/hosts. That of another host leads nowhere. */
function astray({ host, place }: Endpoint, views: readonly NodeView[]): readonly Problem[] {
  const isOwn = ({ addresses }: NodeView) =>
    addresses.length > 0 && addresses.every((address) => address.startsWith('127.') || address === '::1');
  const nodes = views.filter(isOwn).map(({ node }) => node);
  if (nodes.length === 0) return [];
  const message = `${place}: on ${nodes.join(', ')}, ${host} stands for an address of the host alone (127.…)`;
  const hint = `Take it out of the line of 127.… in /etc/hosts there: the name must lead to the API from everywhere.`;
  return [{ message, hint, data: { check: 'endpoint', endpoint: host, nodes } }];
}

function unreachable({ host, port, place }: Endpoint, views: readonly NodeView[]): readonly Problem[] {
  const lost = views.filter(({ dialled }) => dialled === 'unreachable');
  if (lost.length === 0) return [];
  const nodes = lost.map(({ node }) => node);
  const message = `${place}: ${nodes.join(', ')} cannot reach ${formatEndpoint(host, port)}: ${lost[0]?.reason ?? ''}`;
  const hint =
    'The balancer must be there before the first run, and hand connections on to the control planes. It may refuse them as long as no API server runs.';
  return [{ message, hint, data: { check: 'endpoint', endpoint: formatEndpoint(host, port), nodes } }];
}

function silence({ host, port, place }: Endpoint, nodes: string): string {
  return `${place}: ${nodes} get no answer from ${formatEndpoint(host, port)}. A balancer may be silent as long as no API server runs; if it is a firewall, nodes will not join.`;
}
