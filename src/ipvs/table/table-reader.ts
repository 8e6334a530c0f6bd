// Puts a table together from its lines: a head line starts a server, the lines after it add real servers.
import type { IpvsTable, MarkedServer, RealServer, VirtualServer } from './model.ts';

/** A table's first lines of one server, before its real servers are known. */
export type ServerHead = Omit<VirtualServer, 'realServers'> | Omit<MarkedServer, 'realServers'>;

/** What names a server: a firewall mark, or a protocol, address and port. */
export type ServerPlace = Pick<MarkedServer, 'mark'> | Pick<VirtualServer, 'protocol' | 'address' | 'port'>;

/** What one line says. */
export type TableLine =
  | { readonly kind: 'server'; readonly server: ServerHead }
  | { readonly kind: 'real'; readonly realServer: RealServer };

/**
 * Joins lines in their order.
 * @throws Error when a real server comes before any virtual server.
 */
export function joinLines(lines: readonly TableLine[]): IpvsTable {
  const servers: (ServerHead & { realServers: RealServer[] })[] = [];
  for (const line of lines) {
    if (line.kind === 'server') servers.push({ ...line.server, realServers: [] });
    else {
      const last = servers.at(-1);
      if (last === undefined) throw new Error('a real server stands before any virtual server');
      last.realServers.push(line.realServer);
    }
  }
  return {
    virtualServers: servers.filter((server) => !('mark' in server)) as VirtualServer[],
    markedServers: servers.filter((server) => 'mark' in server),
  };
}
