// The external IPs on the status screen: whose they are, who answers for them, and the pods behind them.
import { count } from '../../core/count.ts';
import { formatEndpoint } from '../../core/ip.ts';
import { gridLines, type Cell, type Column } from '../grid.ts';
import type { Style } from '../style.ts';
import { counted, type StatusEvent, type StatusView } from './view.ts';

type Node = StatusEvent['nodes'][number];
type ExternalIP = StatusEvent['externalIPs'][number];
type RealServer = ExternalIP['realServers'][number];
type Holder = ExternalIP['holders'][number];

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

export function externalIPLines(event: StatusEvent, view: StatusView): readonly string[] {
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
    return { text: `all ${answering}` };
  }
  return {
    text: names.length > 4 ? `${names.length} of ${count(nodes.length, 'node')}` : names.join(', '),
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

type Address = { readonly address: string; readonly port: number };

function sameAddress(one: Address, other: Address): boolean {
  return one.address === other.address && one.port === other.port;
}

function endpoint({ address, port }: Address): string {
  return formatEndpoint(address, port);
}
