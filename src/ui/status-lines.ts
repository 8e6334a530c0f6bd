// The cluster on one screen: its nodes, who holds the virtual IP, and each external IP with the pods behind it.
import { count, formatDuration } from './format.ts';
import { clip, gridLines, type Cell, type Column } from './grid.ts';
import type { EventOf } from './handlers.ts';
import type { Style } from './style.ts';

export type StatusEvent = EventOf<'status'>;
type Node = StatusEvent['nodes'][number];
type ExternalIP = StatusEvent['externalIPs'][number];
type RealServer = ExternalIP['realServers'][number];
type Holder = ExternalIP['holders'][number];

export interface StatusView {
  readonly style: Style;
  /** Characters of a line. */
  readonly width: number;
  /** What was shown before: counts that have changed since are marked. */
  readonly before?: StatusEvent;
}

export function statusLines(event: StatusEvent, view: StatusView): readonly string[] {
  return [...headLines(event, view), '', ...nodeLines(event, view), '', ...externalIPLines(event, view)];
}

function headLines(event: StatusEvent, { style, width }: StatusView): readonly string[] {
  const { cluster, endpoint, api, virtualIP, nodes } = event;
  const answering = nodes.filter(({ silentMs }) => silentMs === null).length;
  const all = answering === nodes.length;
  const lines: { readonly text: string; readonly isBad: boolean }[] = [
    {
      text: `${all ? count(nodes.length, 'node') : `${String(answering)} of ${count(nodes.length, 'node')} answering`}, API at ${endpoint}`,
      isBad: false,
    },
  ];
  if (virtualIP !== null) {
    const isBad = virtualIP.holders.length !== 1;
    lines.push({ text: `virtual IP ${virtualIP.address}: ${holderWords(virtualIP.holders)}`, isBad });
  }
  if (api.reason !== undefined) {
    const kept = event.externalIPs.length > 0 ? '; what it said before is shown' : '';
    lines.push({ text: `the API does not answer ${api.host}: ${api.reason}${kept}`, isBad: true });
  }
  const [first, ...others] = lines.map(({ text, isBad }) => ({ text, paint: isBad ? style.bad : plain }));
  const room = Math.max(0, width - cluster.length - 3);
  return [
    `${style.strong(clip(cluster, width))}${room > 0 ? `   ${clip(first?.text ?? '', room)}` : ''}`,
    ...others.map(({ text, paint }) => paint(clip(text, width))),
  ];
}

function holderWords(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'held by nobody';
  return `held by ${holders.map(({ node, interfaces }) => `${node} (${interfaces.join(', ')})`).join(' and ')}`;
}

const nodeColumns: readonly Column[] = [
  { title: 'NODE', rank: 0 },
  { title: 'STATE', rank: 0 },
  { title: 'ROLES', rank: 4 },
  { title: 'ADDRESS', rank: 5 },
  { title: 'KUBELET', rank: 6 },
  { title: 'KUBE-PROXY', rank: 1 },
  { title: 'VIRTUAL SERVERS', rank: 7 },
  { title: 'REAL SERVERS', rank: 8 },
  { title: 'ACTIVE', rank: 2 },
  { title: 'INACTIVE', rank: 3 },
];

function nodeLines({ nodes }: StatusEvent, view: StatusView): readonly string[] {
  const { style, width, before } = view;
  const rows = nodes.map((node) => {
    const old = before?.nodes.find((one) => one.node === node.node);
    const mark = (key: 'active' | 'inactive'): Cell =>
      counted(node.connections[key], old?.connections[key], style);
    const known = node.silentMs === null;
    const proxy = [node.proxyMode, node.proxyVersion].filter((word) => word !== null).join(' ');
    const cells: readonly Cell[] = [
      { text: node.node },
      stateCell(node, style),
      { text: node.roles.join(',') },
      { text: node.address },
      { text: node.kubeletVersion ?? '-' },
      proxyCell(proxy, node, style),
      { text: node.virtualServers === null ? 'no ip_vs' : String(node.virtualServers) },
      { text: String(node.realServers) },
      mark('active'),
      mark('inactive'),
    ];
    // What a silent node said before is no longer to be relied on.
    return known ? cells : cells.map((cell, index) => (index < 5 ? cell : { text: '' }));
  });
  const lines = gridLines(nodeColumns, rows, width, style.faint);
  return lines.flatMap((line, index) => [line, ...silenceLines(nodes[index - 1], view)]);
}

function stateCell(node: Node, style: Style): Cell {
  if (node.silentMs !== null) return { text: 'no answer', paint: style.bad };
  if (node.isReady === null) return { text: 'unknown', paint: style.changed };
  return node.isReady ? { text: 'Ready', paint: style.good } : { text: 'NotReady', paint: style.bad };
}

function proxyCell(words: string, { proxyMode }: Node, style: Style): Cell {
  if (proxyMode === null) return { text: 'silent', paint: style.bad };
  return proxyMode === 'ipvs' ? { text: words } : { text: words, paint: style.bad };
}

/** Why a node is silent, under its row. */
function silenceLines(node: Node | undefined, { style, width }: StatusView): readonly string[] {
  if (node === undefined || node.silentMs === null) return [];
  const why = node.error === undefined ? '' : `: ${node.error.message}`;
  return [style.bad(clip(`  silent for ${formatDuration(node.silentMs)}${why}`, width))];
}

const externalColumns: readonly Column[] = [
  { title: 'EXTERNAL IP', rank: 0 },
  { title: 'SERVICE', rank: 3 },
  { title: 'ANSWERED BY', rank: 2 },
  { title: 'POD', rank: 6 },
  { title: 'REAL SERVER', rank: 0 },
  { title: 'ON', rank: 5 },
  { title: 'ACTIVE', rank: 1 },
  { title: 'INACTIVE', rank: 4 },
  { title: 'WEIGHT', rank: 1 },
];

function externalIPLines(event: StatusEvent, view: StatusView): readonly string[] {
  const rows = event.externalIPs.flatMap((address) => externalRows(address, event, view));
  if (rows.length === 0) {
    return [
      event.api.reason === undefined ? 'No Service has an external IP.' : 'Nothing is known of external IPs.',
    ];
  }
  return gridLines(externalColumns, rows, view.width, view.style.faint);
}

/** One row for each real server; the address stands in the first. */
function externalRows(
  address: ExternalIP,
  event: StatusEvent,
  view: StatusView,
): readonly (readonly Cell[])[] {
  const { style, before } = view;
  const nothing: Cell = { text: '' };
  const place: readonly Cell[] = [
    { text: `${address.protocol} ${endpoint(address)}` },
    { text: address.services.join(', ') },
    answeredBy(address.holders, event.nodes, style),
  ];
  if (address.realServers.length === 0) return [[...place, { text: 'no pods', paint: style.bad }]];
  const old = before?.externalIPs.find((one) => sameAddress(one, address));
  return address.realServers.map((server, index) => {
    const previous = old?.realServers.find((one) => sameAddress(one, server));
    return [
      ...(index === 0 ? place : [nothing, nothing, nothing]),
      { text: server.pod ?? '-' },
      { text: endpoint(server) },
      { text: server.node ?? '-' },
      counted(server.active, previous?.active, style),
      counted(server.inactive, previous?.inactive, style),
      weightCell(server, style),
    ];
  });
}

function answeredBy(holders: readonly Holder[], nodes: readonly Node[], style: Style): Cell {
  const answering = nodes.filter(({ silentMs }) => silentMs === null).length;
  if (holders.length === 0) return { text: 'nobody', paint: style.bad };
  const names = holders.map(({ node, interfaces }) => {
    const others = interfaces.filter((name) => name !== 'kube-ipvs0');
    return others.length === 0 ? node : `${node} (${others.join(', ')})`;
  });
  if (holders.length === answering && answering > 1 && names.every((name) => !name.includes(' '))) {
    return { text: `all ${String(answering)}` };
  }
  return {
    text: names.length > 4 ? `${String(names.length)} of ${count(nodes.length, 'node')}` : names.join(', '),
  };
}

/** The weight that most nodes give, and where it is another. */
function weightCell({ weights }: RealServer, style: Style): Cell {
  const values = weights.map(({ weight }) => weight);
  const usual = values.toSorted((one, other) => times(values, other) - times(values, one))[0] ?? null;
  const others = weights
    .filter(({ weight }) => weight !== usual)
    .map(({ node, weight }) => `${weightWord(weight)} on ${node}`);
  const text = [weightWord(usual), ...(others.length === 0 ? [] : [`(${others.join(', ')})`])].join(' ');
  const isFine = others.length === 0 && usual !== null && usual > 0;
  return isFine ? { text } : { text, paint: style.bad };
}

function times(values: readonly (number | null)[], value: number | null): number {
  return values.filter((one) => one === value).length;
}

function weightWord(weight: number | null): string {
  return weight === null ? 'missing' : String(weight);
}

function counted(now: number, before: number | undefined, style: Style): Cell {
  const text = String(now);
  return before === undefined || before === now ? { text } : { text, paint: style.changed };
}

type Address = { readonly address: string; readonly port: number };

function sameAddress(one: Address, other: Address): boolean {
  return one.address === other.address && one.port === other.port;
}

function endpoint({ address, port }: Address): string {
  return address.includes(':') ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

function plain(text: string): string {
  return text;
}
