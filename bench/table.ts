// What `verify` costs per node with many Services: reading the API's answer and the kernel's tables, expecting, comparing.
// Usage: node --expose-gc --import tsx bench/table.ts [SERVICES] [ROUNDS]   (five virtual servers for each Service)
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
const node = 'worker1';
const podsPerService = 2;

/** An address by its place in a network of 16 bits. */
const ipv4 = (network: number, place: number): string =>
  [network >>> 24, (network >>> 16) & 255, (place >>> 8) & 255, place & 255].join('.');
const clusterIP = (index: number): string => ipv4(0x0a60_0000, index + 10);
const externalIP = (index: number): string => ipv4(0xac10_0000, index);
const podIP = (index: number, pod: number): string => ipv4(0x0af4_0000, index * podsPerService + pod);
const own = ['10.77.0.12', '10.78.0.12', '10.79.0.12'];
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
      addressType: 'IPv4',
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
const hexIP = (address: string): string =>
  address
    .split('.')
    .map((part) => hex(Number(part), 2))
    .join('');

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
    (_, address, port) => `TCP  ${address}:${port} rr`,
    (address, port) => `  -> ${address}:${port}            Masq    1      0          0`,
  );

function rules(): string {
  let place = '';
  return virtualServers(
    (_, address, port) => {
      place = `${address}:${port}`;
      return `-A -t ${place} -s rr`;
    },
    (address, port) => `-a -t ${place} -r ${address}:${port} -m -w 1`,
  );
}

const host: HostAddresses = {
  interfaces: ['lo', 'eth0', 'eth1', 'eth2', 'kube-ipvs0'],
  addresses: [
    { interface: 'lo', address: '127.0.0.1', prefixLength: 8 },
    ...own.map((address, index) => ({ interface: `eth${index}`, address, prefixLength: 24 })),
    ...indexes
      .flatMap((index) => [clusterIP(index), externalIP(index)])
      .map((address) => ({ interface: 'kube-ipvs0', address, prefixLength: 32 })),
  ],
  localRoutes: [],
};

const networks: ClusterNetworks = {
  podCIDRs: ['10.244.0.0/16'],
  serviceCIDRs: ['10.96.0.0/12'],
  nodeAddresses: ['10.77.0.11', ...own],
  externalAddresses: indexes.map(externalIP),
  nodePortRange: [30_000, 32_767],
  excludeCIDRs: ['10.77.0.8/32'],
};

const proxy = expectedProxy({ kubernetes: { version: 'v1.37.2' }, kubeProxy: { scheduler: 'rr' } });
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
