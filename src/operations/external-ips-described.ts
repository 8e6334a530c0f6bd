// What status shows of the external IPs: whose they are, and which pods are behind them.
import { z } from 'zod';
import { apiObjects } from '../facts/api-objects.ts';
import { ask } from '../facts/fact.ts';
import { formatEndpoint } from '../ipvs/address.ts';
import { formatServiceName, type Endpoint, type Service, type ServicePort } from '../ipvs/kubernetes.ts';
import { viewEndpoints } from '../kube/endpoint-view.ts';
import { viewServices } from '../kube/service-view.ts';
import { defineOperation, unchanged } from './operation.ts';
import { apiArgs } from './workload-args.ts';

export const externalIPsDescribed = defineOperation({
  name: 'external-ips.described',
  summary: 'Shows each external IP with its Service and the endpoints that are ready, as the API has them.',
  args: z.strictObject(apiArgs),
  needs: ({ from, version }) => [{ query: ask(apiObjects, { version }), host: from }],
  plan({ from, version }, facts) {
    const api = facts.get(ask(apiObjects, { version }), from);
    if (!api.reachable) return unchanged;
    const endpoints = viewEndpoints(api.items);
    const report = viewServices(api.items).flatMap((service) => rowsOf(service, endpoints));
    return { steps: [], report };
  },
});

function rowsOf(service: Service, endpoints: readonly Endpoint[]): readonly Record<string, string>[] {
  return [...service.externalIPs, ...service.loadBalancerIPs].flatMap((address) =>
    service.ports.map((port) => ({
      'external address': `${port.protocol} ${formatEndpoint(address, port.port)}`,
      service: formatServiceName(service),
      'ready endpoints': readyEndpoints(service, port, endpoints) || 'none',
    })),
  );
}

function readyEndpoints(service: Service, port: ServicePort, endpoints: readonly Endpoint[]): string {
  return endpoints
    .filter((one) => one.namespace === service.namespace && one.service === service.name)
    .filter((one) => one.portName === port.name && one.protocol === port.protocol && one.isReady)
    .map((one) => formatEndpoint(one.address, one.port))
    .sort()
    .join(', ');
}
