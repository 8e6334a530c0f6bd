// A host on which no command may take longer than a limit that the user sets.
import { defaultCommandTimeoutMs, type Host, type HostConnector } from '../../core/host.ts';
import { openApart } from './open-apart.ts';

/** Connects hosts whose commands end after `limitMs` at the latest. */
export function capTimeouts(connector: HostConnector, limitMs: number): HostConnector {
  return {
    connect: async (name, signal, onRetry) => capped(await connector.connect(name, signal, onRetry), limitMs),
    connectApart: async (name, signal) => capped(await openApart(connector, name, signal), limitMs),
  };
}

function capped(host: Host, limitMs: number): Host {
  return {
    name: host.name,
    run: (request) => {
      const timeoutMs = Math.min(request.timeoutMs ?? defaultCommandTimeoutMs, limitMs);
      return host.run({ ...request, timeoutMs });
    },
    upload: (upload) => host.upload(upload),
    statistics: () => host.statistics(),
    close: () => host.close(),
  };
}
