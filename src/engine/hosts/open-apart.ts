// A connection beside the one at work, where a connector can open such.
import type { Host, HostConnector } from '../../core/host.ts';

/** Connectors that know no other way open each connection anew. */
export function openApart(connector: HostConnector, name: string, signal?: AbortSignal): Promise<Host> {
  return connector.connectApart?.(name, signal) ?? connector.connect(name, signal);
}
