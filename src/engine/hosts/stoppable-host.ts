// A host on which everything that runs is ended when somebody wants to stop at once.
import type { Host, HostConnector } from '../../core/host.ts';
import { openApart } from './open-apart.ts';

/** Connects hosts whose requests end with the signal, besides what ends them anyway. */
export function stopWith(connector: HostConnector, signal: AbortSignal): HostConnector {
  return {
    connect: async (name, own, onRetry) =>
      stoppable(await connector.connect(name, either(own, signal), onRetry), signal),
    connectApart: async (name, own) =>
      stoppable(await openApart(connector, name, either(own, signal)), signal),
  };
}

function stoppable(host: Host, signal: AbortSignal): Host {
  return {
    name: host.name,
    run: (request) => host.run({ ...request, signal: either(request.signal, signal) }),
    upload: (upload) => host.upload({ ...upload, signal: either(upload.signal, signal) }),
    statistics: () => host.statistics(),
    close: () => host.close(),
  };
}

function either(own: AbortSignal | undefined, signal: AbortSignal): AbortSignal {
  return own === undefined ? signal : AbortSignal.any([own, signal]);
}
