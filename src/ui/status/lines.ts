// The cluster on one screen: its nodes, who holds the virtual IP, and each external IP with the pods behind it.
import { count } from '../../core/count.ts';
import { clip } from '../grid.ts';
import { externalIPLines } from './external-ip-lines.ts';
import { nodeLines } from './node-lines.ts';
import type { StatusEvent, StatusView } from './view.ts';

type Holder = StatusEvent['externalIPs'][number]['holders'][number];

export function statusLines(event: StatusEvent, view: StatusView): readonly string[] {
  return [...headLines(event, view), '', ...nodeLines(event, view), '', ...externalIPLines(event, view)];
}

interface HeadLine {
  readonly text: string;
  readonly isBad: boolean;
}

function headLines(event: StatusEvent, { style, width }: StatusView): readonly string[] {
  const { cluster, endpoint } = event;
  const summary = clip(`${nodeCount(event)}, API at ${endpoint}`, Math.max(0, width - cluster.length - 3));
  const lines = [...virtualIPLines(event), ...dnsLines(event), ...apiLines(event)];
  return [
    `${style.strong(clip(cluster, width))}${summary === '' ? '' : `   ${summary}`}`,
    ...lines.map(({ text, isBad }) => (isBad ? style.bad(clip(text, width)) : clip(text, width))),
  ];
}

function nodeCount({ nodes }: StatusEvent): string {
  const answering = nodes.filter(({ silentMs }) => silentMs === null).length;
  const all = count(nodes.length, 'node');
  return answering === nodes.length ? all : `${answering} of ${all} answering`;
}

function virtualIPLines({ virtualIP, nodes }: StatusEvent): readonly HeadLine[] {
  if (virtualIP === null) return [];
  const { address, holders } = virtualIP;
  const nobody = nodes.every(({ silentMs }) => silentMs === null) ? 'nobody' : 'nobody that answers';
  const words = holders.length === 0 ? nobody : holders.map(holderWords).join(' and ');
  return [{ text: `virtual IP ${address}: held by ${words}`, isBad: holders.length !== 1 }];
}

function dnsLines({ clusterDns }: StatusEvent): readonly HeadLine[] {
  if (clusterDns === null) return [];
  const { addresses, ready, wanted } = clusterDns;
  const place = addresses.length === 0 ? 'without a Service' : addresses.join(', ');
  const isBad = ready === 0 || addresses.length === 0;
  const pods = wanted === null ? count(ready, 'pod') : `${ready} of ${count(wanted, 'pod')}`;
  return [{ text: `cluster DNS ${place}: ${pods} ready`, isBad }];
}

function apiLines({ api: { host, reason }, externalIPs }: StatusEvent): readonly HeadLine[] {
  if (reason === undefined) return [];
  const kept = externalIPs.length > 0 ? '; below is what it said before' : '';
  return [{ text: `no answer from the API, asked on ${host}: ${reason}${kept}`, isBad: true }];
}

function holderWords({ node, interfaces }: Holder): string {
  return `${node} (${interfaces.join(', ')})`;
}
