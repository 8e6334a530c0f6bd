// Before any change: the hosts reach each other at the ports of a cluster, tried out.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { dialled, type Dialled } from '../../facts/firewall/dialled.ts';
import { ownListener, type OwnListener } from '../../facts/firewall/own-listener.ts';
import { clusterArg } from '../args/cluster.ts';
import { ipAddress } from '../args/networks.ts';
import { defineOperation, type FactReader, type Problem } from '../operation.ts';
import { balancerFindings, dialProblems, failureOf, type Listeners } from './dial-findings.ts';
import { dialPlan, type Dial } from './dial-plan.ts';
import { nodeTraffic } from './needed-packets.ts';

const args = z.strictObject({
  cluster: clusterArg,
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
});

type Args = z.output<typeof args>;

export const portsReached = defineOperation({
  name: 'ports.reached',
  summary:
    'Dials the ports of a cluster from host to host: the API and etcd of control planes, and the kubelets. Where nothing listens, a refused connection is good enough, unless `ports.opened` has run. A balancer in front of the API must lead to a control plane. Of nodes that are there already it only warns.',
  args,
  example: `
- name: Dial the ports from host to host
  op: ports.reached
  on: first-control-plane
  with:
    cluster: \${{ cluster }}
    claims: \${{ claims }}
    virtualIP: '\${{ cluster.controlPlane.vip.address | default: nil }}'
`,
  needs: (wanted) =>
    wanted.cluster.nodes.length === 1
      ? []
      : wanted.cluster.nodes.flatMap(({ name }) => [
          { query: dialQuery(wanted, name), host: name, optional: true as const },
          { query: ask(ownListener), host: name, optional: true as const },
        ]),
  plan(wanted, facts) {
    const { cluster } = wanted;
    if (cluster.nodes.length === 1) return { steps: [] };
    const names = cluster.nodes.map(({ name }) => name);
    const listeners = new Map(
      names.map((name) => [name, facts.get<OwnListener | undefined>(ask(ownListener), name)]),
    );
    const problems = dialProblems(failuresOf(wanted, facts, listeners));
    const isOld = ({ to }: { to: string }): boolean => listeners.get(to)?.isNode === true;
    const endpoint = endpointFindings(wanted, facts, listeners);
    return {
      steps: [],
      problems: [
        ...problems.filter((one) => !isOld(one)).map(({ message, hint, data }) => ({ message, hint, data })),
        ...endpoint.filter((one) => typeof one !== 'string'),
      ],
      warnings: [
        ...problems.filter(isOld).map(({ message, hint }) => `${message}. ${hint ?? ''}`),
        ...endpoint.filter((one) => typeof one === 'string'),
      ],
    };
  },
});

function dialQuery({ cluster, claims: { endpoint }, virtualIP }: Args, name: string) {
  const places = dialPlan(cluster.nodes)
    .filter(({ from }) => from === name)
    .map(({ to, port }) => ({ host: to.address, port }));
  const isBalancer = endpoint !== null && endpoint.host !== virtualIP;
  return ask(dialled, {
    places,
    onlyBefore: !cluster.controlPlanes.includes(name),
    balancer: isBalancer ? { host: endpoint.host, port: endpoint.port } : null,
  });
}

function answersOf(wanted: Args, facts: FactReader, name: string): readonly Dialled[] {
  return facts.get<readonly Dialled[] | undefined>(dialQuery(wanted, name), name) ?? [];
}

function failuresOf(wanted: Args, facts: FactReader, listeners: Listeners) {
  const answers = new Map(wanted.cluster.nodes.map(({ name }) => [name, answersOf(wanted, facts, name)]));
  const answerTo = ({ from, to, port }: Dial) =>
    answers.get(from)?.find((one) => one.host === to.address && one.port === port);
  return dialPlan(wanted.cluster.nodes).flatMap((dial) => {
    const answer = answerTo(dial);
    const failure = answer === undefined ? undefined : failureOf(dial, answer, listeners);
    return failure === undefined ? [] : [failure];
  });
}

/** Only while a control plane has a listener: until then nobody is there to answer. */
function endpointFindings(
  wanted: Args,
  facts: FactReader,
  listeners: Listeners,
): readonly (Problem | string)[] {
  const { cluster, claims, virtualIP } = wanted;
  const { endpoint } = claims;
  const { controlPlanes } = cluster;
  const listens = controlPlanes.some((name) => listeners.get(name)?.ports.includes(nodeTraffic.api) === true);
  if (endpoint === null || endpoint.host === virtualIP || !listens) return [];
  const answers = cluster.nodes.flatMap(({ name }) =>
    answersOf(wanted, facts, name)
      .filter(({ host, port }) => host === endpoint.host && port === endpoint.port)
      .map((answer) => ({ from: name, answer })),
  );
  const isRunning = controlPlanes.some((name) => listeners.get(name)?.isNode === true);
  const { place } = endpoint;
  return balancerFindings(answers, { place, controlPlanes, apiPort: nodeTraffic.api, isRunning });
}
