// Shapes of the expected table: what it is made from, and what it holds.
import type { Endpoint } from '../../kube/objects/endpoint-view.ts';
import type { NodeView } from '../../kube/objects/node-view.ts';
import type { Service } from '../../kube/objects/service-view.ts';
import type { HostAddresses } from '../host-addresses.ts';
import type { ServiceName } from '../service-name.ts';
import type { RealServer, VirtualServer } from '../table/model.ts';
import type { ProxyRules } from './proxy-rules.ts';

/** kube-proxy's settings that show in the table. */
export interface ProxySettings {
  /** The scheduler of every virtual server; empty means rr. */
  readonly scheduler: string;
  /** CIDRs of the addresses node ports listen on, or kube-proxy's words for some; empty means all. */
  readonly nodePortAddresses: readonly string[];
}

export interface ExpectedInput {
  /** Name of the Node object. */
  readonly node: string;
  /** The Node objects, for the node's zone and addresses. */
  readonly nodes?: readonly Pick<NodeView, 'name' | 'zone' | 'addresses'>[];
  readonly services: readonly Service[];
  readonly endpoints: readonly Endpoint[];
  readonly host: HostAddresses;
  readonly settings: ProxySettings;
  readonly rules: ProxyRules;
}

/** Why an address is balanced. */
export type AddressKind = 'cluster-ip' | 'external-ip' | 'load-balancer' | 'node-port';

export interface ExpectedServer extends Pick<VirtualServer, 'protocol' | 'address' | 'port' | 'scheduler'> {
  readonly kind: AddressKind;
  /** More than one when several Services claim the same address and port: then any of them may win. */
  readonly owners: readonly [ServiceName, ...ServiceName[]];
  /** `null` without session affinity. */
  readonly persistenceSeconds: number | null;
  readonly realServers: readonly Pick<RealServer, 'address' | 'port'>[];
  /** Of real servers with the same address only one need be there. */
  readonly takesOnePortPerAddress?: boolean;
}

export interface ExpectedAddress {
  readonly address: string;
  readonly owner: ServiceName;
}

export interface ExpectedState {
  /** In the order of their addresses. */
  readonly virtualServers: readonly ExpectedServer[];
  /** What kube-ipvs0 must carry, in order. */
  readonly boundAddresses: readonly ExpectedAddress[];
}
