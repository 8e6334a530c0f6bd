// A run of verify as events: a cluster of four nodes with two external IPs, and things that are wrong with it.
import type { RunEvent, RunEventWithoutTime } from '../../src/engine/events/events.ts';
import { ProofCollector, type NodeReport, type Proof } from '../../src/ui/report/proof.ts';

type Address = NodeReport['externalAddresses'][number];
type Backend = Address['backends'][number];

const hosts = ['master1', 'master2', 'master3', 'worker1'];
const at = { phase: 'verify', task: 'Compare the kernel with the API' };

export function sampleBackend(number: number, parts: Partial<Backend> = {}): Backend {
  return {
    address: `10.244.3.${number}`,
    port: 80,
    weight: 1,
    active: 2,
    inactive: 31,
    pod: `nginx-7c5ddbdf54-${['k8x2p', 'zq9wd', 'm4tlr', 'b6hjf'][number % 4] ?? ''}`,
    node: 'worker1',
    ...parts,
  };
}

export function sampleAddress(last: number, service: string, backends: readonly Backend[]): Address {
  return {
    protocol: 'TCP',
    address: `100.67.151.${last}`,
    port: 80,
    services: [service],
    scheduler: 'rr',
    heldOn: ['kube-ipvs0'],
    backends,
  };
}

export function sampleNode(node: string, externalAddresses: readonly Address[]): NodeReport {
  const index = hosts.indexOf(node);
  return {
    kind: 'node',
    node,
    address: `100.67.151.${index + 2}`,
    roles: [node.startsWith('master') ? 'control-plane' : 'worker'],
    isReady: true,
    kubeletVersion: 'v1.20.2',
    proxyMode: 'ipvs',
    virtualServers: 5,
    realServers: 9,
    connections: { active: 8, inactive: 124 },
    externalAddresses,
  };
}

const first = sampleAddress(9, 'user-a-ns/nginx', [sampleBackend(4), sampleBackend(5)]);
const second = sampleAddress(10, 'user-b-ns/nginx', [sampleBackend(6), sampleBackend(7)]);

/** All nodes as they should be. */
export const goodNodes: readonly NodeReport[] = hosts.map((host) => sampleNode(host, [first, second]));

type Problem = Extract<RunEventWithoutTime, { type: 'problem' }>;

export function problem(host: string, message: string, data: Readonly<Record<string, unknown>>): Problem {
  const hint = 'kube-proxy repairs this within 30 seconds; if it stays, read what it says';
  return { type: 'problem', ...at, host, code: 'verify.drift', message, hint, data: { node: host, ...data } };
}

/** A run with these nodes and whatever else happened; hosts without a node could not be reached. */
export function sampleRun(
  nodes: readonly NodeReport[],
  others: readonly RunEventWithoutTime[] = [],
): readonly RunEvent[] {
  const time = '2026-11-23T08:31:05.123Z';
  const reports = nodes.map((data) => ({ type: 'report', ...at, host: data.node, rows: [], data }) as const);
  const events: readonly RunEventWithoutTime[] = [
    { type: 'run.started', schema: 1, command: 'verify', mode: 'apply', cluster: 'lab', hosts },
    ...reports,
    ...others,
    { type: 'run.finished', hosts: [], durationMs: 6200, exitCode: others.length === 0 ? 0 : 7 },
  ];
  return events.map((event) => ({ ...event, time }));
}

export function proofOf(events: readonly RunEvent[]): Proof {
  const collector = new ProofCollector();
  events.forEach(collector.sink);
  return collector.proof;
}

export const goodRun = sampleRun(goodNodes);

const web = { address: '100.67.151.9', port: 80, protocol: 'TCP' };

/** One of each kind of damage that the picture shows in its own way, and one that it does not show at all. */
export const brokenRun = sampleRun(
  [
    sampleNode('master1', [first, second]),
    sampleNode('master2', [first, { ...second, scheduler: null, backends: second.backends.map(missing) }]),
    sampleNode('worker1', [
      { ...first, backends: [sampleBackend(4, { weight: 0 }), missing(sampleBackend(5))] },
      { ...second, heldOn: [] },
    ]),
  ],
  [
    problem('worker1', 'worker1 sends nothing of TCP 100.67.151.9:80 to 10.244.3.5:80, a ready endpoint', {
      ...web,
      kind: 'real-server.missing',
      realServer: '10.244.3.5:80',
      expected: '10.244.3.5:80',
    }),
    problem('worker1', 'worker1 sends no new connections to the ready endpoint 10.244.3.4:80', {
      ...web,
      kind: 'real-server.weight-zero',
      realServer: '10.244.3.4:80',
      expected: '1',
      actual: '0',
    }),
    problem('worker1', 'worker1 lacks 100.67.151.10 (of user-b-ns/nginx) on kube-ipvs0', {
      kind: 'address.missing',
      address: '100.67.151.10',
      expected: '100.67.151.10',
    }),
    problem('master2', 'master2 does not balance TCP 100.67.151.10:80: the kernel has no such server', {
      kind: 'virtual-server.missing',
      ...web,
      address: '100.67.151.10',
      expected: 'TCP 100.67.151.10:80',
    }),
    problem('master1', 'the kernel module ip_vs_sh will not be loaded when master1 boots', {
      kind: 'module.not-persistent',
      expected: 'loaded at every boot',
      actual: 'loaded until the next boot',
    }),
    problem('master2', 'the kernel module ip_vs_sh will not be loaded when master2 boots', {
      kind: 'module.not-persistent',
      expected: 'loaded at every boot',
      actual: 'loaded until the next boot',
    }),
    {
      type: 'host.failed',
      host: 'master3',
      error: {
        code: 'connect.timeout',
        message: 'master3 (root@100.67.151.5) did not accept the connection within 20 s',
        hint: 'Is the host up, and does no firewall drop packets to port 22?',
      },
    },
    { type: 'task.warning', ...at, host: 'worker1', message: 'worker1 balances TCP 9.9.9.9:53, not ours' },
  ],
);

function missing(backend: Backend): Backend {
  return { ...backend, weight: null, active: 0, inactive: 0 };
}
