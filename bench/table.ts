// What `verify` costs per node with many Services: reading the API's answer and the kernel's tables, expecting, comparing.
// Usage: node --expose-gc --import tsx bench/table.ts [SERVICES] [ROUNDS] [4|6]   (five virtual servers each; of IPv4 or IPv6)
import { canonicalIp, formatEndpoint, ipDigits } from '../src/core/ip.ts';
import { readApiObjects } from '../src/facts/kubernetes/api-objects.ts';
import { compareStates } from '../src/ipvs/compare/difference.ts';
import type { ClusterNetworks } from '../src/ipvs/compare/ownership.ts';
import { expectedProxy } from '../src/ipvs/expected/expected-proxy.ts';
import { expectedState } from '../src/ipvs/expected/expected.ts';
import type { HostAddresses } from '../src/ipvs/host-addresses.ts';
import { parseIpvsadmListing, parseIpvsadmRules } from '../src/ipvs/table/parse-ipvsadm.ts';
import { parseProcIpVs } from '../src/ipvs/table/parse-proc.ts';
import { viewCluster, type ClusterView } from '../src/kube/objects/cluster-view.ts';

const services = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 5);
const isIPv6 = process.argv[4] === '6';
const node = 'worker1';
const podsPerService = 2;

/** An address by its place in a network of 16 bits. */
function addressIn(network: readonly [high: number, low: number], place: number): string {
  const [high, low] = network;
  return isIPv6
    ? canonicalIp(`fd00:${high}:${low}::${place.toString(16)}`)
    : [high, low, place >>> 8, place & 255].join('.');
}

const clusterIP = (index: number): string => addressIn([10, 96], index + 10);
const externalIP = (index: number): string => addressIn([172, 16], index + 1);
const podIP = (index: number, pod: number): string => addressIn([10, 244], index * podsPerService + pod + 1);
const own = [12, 13, 14].map((place) => addressIn([10, 77], place));
const indexes = Array.from({ length: services }, (_, index) => index);
const pods = Array.from({ length: podsPerService }, (_, pod) => pod);

/** One each, so the numbers go on beyond the usual range. */
const nodePort = (index: number): number => 30_000 + index;

function apiAnswer(): string {
  const items = indexes.flatMap((index) => [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'user-a-ns', name: `web-${index}`, uid: crypto.randomUUID() },
      spec: {
        type: 'NodePort',
        clusterIP: clusterIP(index),
        clusterIPs: [clusterIP(index)],
        externalIPs: [externalIP(index)],
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: nodePort(index) }],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: 'user-a-ns',
        name: `web-${index}-x7x2v`,
        labels: { 'kubernetes.io/service-name': `web-${index}` },
      },
      addressType: isIPv6 ? 'IPv6' : 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: pods.map((pod) => ({
        addresses: [podIP(index, pod)],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: pod === 0 ? node : 'worker2',
        targetRef: { kind: 'Pod', namespace: 'user-a-ns', name: `web-${index}-${pod}` },
      })),
    },
  ]);
  const self = { apiVersion: 'v1', kind: 'Node', metadata: { name: node } };
  return JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [self, ...items] });
}

type Line = (index: number, address: string, port: number) => string;

function virtualServers(head: Line, real: (address: string, port: number) => string): string {
  return indexes
    .flatMap((index) =>
      [
        [clusterIP(index), 80] as const,
        [externalIP(index), 80] as const,
        ...own.map((address) => [address, nodePort(index)] as const),
      ].flatMap(([address, port]) => [
        head(index, address, port),
        ...pods.map((pod) => real(podIP(index, pod), 8080)),
      ]),
    )
    .join('\n');
}

const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0');
const hexIP = (address: string): string => {
  const digits = ipDigits(address) ?? '';
  return isIPv6 ? `[${digits.match(/.{4}/g)?.join(':') ?? ''}]` : digits.toUpperCase();
};

function procListing(): string {
  const title =
    'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n';
  return (
    title +
    virtualServers(
      (_, address, port) => `TCP  ${hexIP(address)}:${hex(port, 4)} rr `,
      (address, port) => `  -> ${hexIP(address)}:${hex(port, 4)}      Masq    1      0          0         `,
    )
  );
}

const listing = (): string =>
  virtualServers(
    (_, address, port) => `TCP  ${formatEndpoint(address, port)} rr`,
    (address, port) => `  -> ${formatEndpoint(address, port)}            Masq    1      0          0`,
  );

function rules(): string {
  let place = '';
  return virtualServers(
    (_, address, port) => {
      place = formatEndpoint(address, port);
      return `-A -t ${place} -s rr`;
    },
    (address, port) => `-a -t ${place} -r ${formatEndpoint(address, port)} -m -w 1`,
  );
}

const host: HostAddresses = {
  interfaces: ['lo', 'eth0', 'eth1', 'eth2', 'kube-ipvs0'],
  withoutArp: ['kube-ipvs0'],
  addresses: [
    { interface: 'lo', address: '127.0.0.1', prefixLength: 8 },
    ...own.map((address, index) => ({ interface: `eth${index}`, address, prefixLength: isIPv6 ? 64 : 24 })),
    ...indexes
      .flatMap((index) => [clusterIP(index), externalIP(index)])
      .map((address) => ({ interface: 'kube-ipvs0', address, prefixLength: isIPv6 ? 128 : 32 })),
  ],
  localRoutes: [],
};

const networks: ClusterNetworks = {
  podCIDRs: isIPv6 ? ['fd00:10:244::/48'] : ['10.244.0.0/16'],
  serviceCIDRs: isIPv6 ? ['fd00:10:96::/48'] : ['10.96.0.0/16'],
  nodeAddresses: own,
  externalAddresses: indexes.map(externalIP),
  nodePortRange: [30_000, 32_767],
  excludeCIDRs: [isIPv6 ? 'fd00:10:77::8/128' : '10.77.0.8/32'],
  movingAddresses: [],
};

const proxy = expectedProxy({
  kubernetes: { version: 'v1.37.2' },
  kubeProxy: { scheduler: 'rr', named: [] },
});
const texts = { api: apiAnswer(), proc: procListing(), listing: listing(), rules: rules() };

function read(): ClusterView {
  const api = readApiObjects({ stdout: texts.api, stderr: '', exitCode: 0 });
  return viewCluster(api.reachable ? api.items : []);
}

const cluster = read();
const table = parseProcIpVs(texts.proc);
const expected = expectedState({ node, ...cluster, host, ...proxy });
const empty = { virtualServers: [], markedServers: [] };

const stages: Readonly<Record<string, () => unknown>> = {
  'read the API objects': read,
  'read /proc/net/ip_vs': () => parseProcIpVs(texts.proc),
  'read ipvsadm -Ln': () => parseIpvsadmListing(texts.listing),
  'read ipvsadm -Sn': () => parseIpvsadmRules(texts.rules),
  expect: () => expectedState({ node, ...cluster, host, ...proxy }),
  'compare, no difference': () => compareStates(node, expected, { table, host }, networks),
  'expect and compare': () =>
    compareStates(node, expectedState({ node, ...cluster, host, ...proxy }), { table, host }, networks),
  'compare, all missing': () => compareStates(node, expected, { table: empty, host }, networks),
  'compare, all extra': () =>
    compareStates(node, { virtualServers: [], boundAddresses: [] }, { table, host }, networks),
};

const { findings } = compareStates(node, expected, { table, host }, networks);
if (findings.length > 0) throw new Error(`${findings.length} findings, such as: ${findings[0]?.message}`);
console.log(`${services} Services, ${expected.virtualServers.length} virtual servers, ${rounds} rounds`);
console.table(Object.fromEntries(Object.entries(stages).map(([name, run]) => [name, measure(run)])));

/** Milliseconds by the clock and of processors, at best and in the middle, and what the result keeps in memory. */
function measure(run: () => unknown): Readonly<Record<string, number>> {
  const measured = Array.from({ length: rounds }, () => {
    gc?.();
    const before = { heap: process.memoryUsage().heapUsed, cpu: process.cpuUsage(), at: performance.now() };
    const result = [run()];
    const ms = performance.now() - before.at;
    const { user, system } = process.cpuUsage(before.cpu);
    gc?.();
    const kept = process.memoryUsage().heapUsed - before.heap;
    return { ms, cpu: (user + system) / 1000, kept, isMade: result.pop() !== undefined };
  });
  const times = sorted(measured.map(({ ms }) => ms));
  return {
    'best ms': Math.round(times[0] ?? 0),
    'median ms': Math.round(times[Math.floor(rounds / 2)] ?? 0),
    'best CPU ms': Math.round(sorted(measured.map(({ cpu }) => cpu))[0] ?? 0),
    'keeps MB': Math.round((measured.at(-1)?.kept ?? 0) / 1e5) / 10,
  };
}

function sorted(values: readonly number[]): readonly number[] {
  return values.toSorted((first, second) => first - second);
}
