// The nodes on the status screen; under a silent one stands for how long, and why.
import { formatDuration } from '../format.ts';
import { clip, gridLines, type Cell, type Column } from '../grid.ts';
import type { Style } from '../style.ts';
import { counted, type StatusEvent, type StatusView } from './view.ts';

type Node = StatusEvent['nodes'][number];

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

export function nodeLines({ nodes }: StatusEvent, view: StatusView): readonly string[] {
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
  const { silentMs, error } = node;
  // One that was not there from the start has been silent for no time worth telling.
  const since = silentMs < 1000 && error !== undefined ? [] : [`silent for ${formatDuration(silentMs)}`];
  const words = [...since, ...(error === undefined ? [] : [error.message])].join(': ');
  return [style.bad(clip(`  ${words}`, width))];
}
