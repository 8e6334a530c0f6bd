// The kernel's load balancer as data: virtual servers, their real servers, and what makes two of them the same.
import { formatEndpoint } from '../../core/ip.ts';
import type { Protocol } from '../../core/protocol.ts';
import { sortByAddress } from '../address.ts';

/** How packets reach a real server. kube-proxy uses Masq (NAT) only. */
export type Forwarding = 'Masq' | 'Tunnel' | 'Route' | 'Local' | 'Bypass';

/** One server behind a virtual server. Addresses are canonical text. */
export interface RealServer {
  readonly address: string;
  readonly port: number;
  readonly forwarding: Forwarding;
  /** 0 takes no new connections. */
  readonly weight: number;
  /** Established connections. */
  readonly active: number;
  /** Connections in any other state. */
  readonly inactive: number;
}

interface Balanced {
  /** `rr`, `wlc`, … */
  readonly scheduler: string;
  /** How long a client sticks to its real server; `unknown` when the kernel's tick rate is not known. */
  readonly persistenceSeconds?: number | 'unknown';
  /** Clients in one net of this size stick together: a dotted mask, or a prefix length for IPv6. */
  readonly persistenceMask?: string;
  /** `ops`, and scheduler flags such as `sh-port` (which /proc does not tell). */
  readonly flags: readonly string[];
  readonly realServers: readonly RealServer[];
}

/** An address and port that the kernel balances. */
export interface VirtualServer extends Balanced {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

/** A virtual server for packets that carry a firewall mark. kube-proxy never makes one. */
export interface MarkedServer extends Balanced {
  readonly mark: number;
}

/** All that one host's kernel balances. */
export interface IpvsTable {
  readonly virtualServers: readonly VirtualServer[];
  readonly markedServers: readonly MarkedServer[];
}

export const emptyTable: IpvsTable = { virtualServers: [], markedServers: [] };

type VirtualServerAddress = Pick<VirtualServer, 'protocol' | 'address' | 'port'>;

/** `TCP 10.96.0.1:443`: equal for the same virtual server, and how people are told of it. */
export function virtualServerKey({ protocol, address, port }: VirtualServerAddress): string {
  return `${protocol} ${formatEndpoint(address, port)}`;
}

/** `10.244.0.5:80`: equal for the same real server of one virtual server. */
export function realServerKey({ address, port }: Pick<RealServer, 'address' | 'port'>): string {
  return formatEndpoint(address, port);
}

/** In the order of address, port, protocol. */
export function sortVirtualServers<Server extends VirtualServerAddress>(
  servers: readonly Server[],
): Server[] {
  return sortByAddress(
    servers,
    ({ address }) => address,
    (left, right) => left.port - right.port || left.protocol.localeCompare(right.protocol),
  );
}

/** In the order of address, then port. */
export function sortRealServers<Server extends Pick<RealServer, 'address' | 'port'>>(
  servers: readonly Server[],
): Server[] {
  return sortByAddress(
    servers,
    ({ address }) => address,
    (left, right) => left.port - right.port,
  );
}
