// What verify can find: its kinds, and the shape that every difference has in JSON output.
import type { Protocol } from '../core/protocol.ts';
import type { ServiceName } from '../ipvs/service-name.ts';
import type { Problem } from './operation.ts';

/** Every kind of difference; docs/verify.md tells what each means. */
export const driftKinds = [
  'proxy.silent',
  'proxy-mode.wrong',
  'ipvs.absent',
  'module.not-loaded',
  'module.not-persistent',
  'timeout.wrong',
  'cluster.absent',
  'api.unreachable',
  'node.missing',
  'pod-network.missing',
  'route.missing',
  'route.unkept',
  'pod-rules.missing',
  'pod-packets.stopped',
  'service.missing',
  'service.address-missing',
  'service.unserved',
  'pod.not-running',
  'dns.service-missing',
  'dns.unserved',
  'virtual-server.missing',
  'virtual-server.extra',
  'virtual-server.contested',
  'scheduler.wrong',
  'persistence.wrong',
  'real-server.missing',
  'real-server.extra',
  'real-server.weight-zero',
  'real-server.forwarding',
  'interface.missing',
  'address.missing',
  'address.extra',
  'claim.other-namespace',
  'claim.node-address',
  'claim.cluster-network',
  'owner.missing',
  'owner.several',
  'arp.silent',
  'arp.several',
  'arp.cards',
  'arp.stranger',
  'traffic.no-client',
  'traffic.no-address',
  'traffic.unanswered',
  'traffic.uneven',
  'traffic.no-connection',
  'dns.unanswered',
  'dns.wrong-answer',
] as const;

export type DriftKind = (typeof driftKinds)[number];

/** The fields that every difference has; `null` where there is nothing to say. */
export interface DriftData {
  readonly kind: DriftKind;
  /** The node it was found on; `null` when it is about the whole cluster. */
  readonly node: string | null;
  /** The balanced, bound or claimed address. */
  readonly address: string | null;
  readonly port: number | null;
  readonly protocol: Protocol | null;
  /** `address:port` of a real server. */
  readonly realServer: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  /** The Service it belongs to. */
  readonly owner: ServiceName | null;
}

export interface DriftParts
  extends Pick<DriftData, 'kind' | 'node'>, Partial<Omit<DriftData, 'kind' | 'node'>> {
  readonly message: string;
  readonly hint: string;
  /** What only this kind tells, beside the fields that all have. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const nothing = {
  address: null,
  port: null,
  protocol: null,
  realServer: null,
  expected: null,
  actual: null,
  owner: null,
} as const;

/** The names of these fields. */
export const driftFields = ['kind', 'node', ...Object.keys(nothing)] as const;

/** A difference as a problem of an operation. */
export function drift({ message, hint, more = {}, ...parts }: DriftParts): Problem {
  const data: DriftData = { ...nothing, ...parts };
  return { message, hint, data: { ...data, ...more } };
}
