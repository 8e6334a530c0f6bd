// Waits until the workloads' Services know their pods: until then they balance to nobody.
import { apiObjects, awaitedApi } from '../../facts/kubernetes/api-objects.ts';
import { ask } from '../../facts/fact.ts';
import { viewEndpoints, type EndpointView } from '../../kube/objects/endpoint-view.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { workloadArgs } from '../args/workloads.ts';

export const servicesReady = defineOperation({
  name: 'services.ready',
  summary: "Waits until each of the workloads' Services has all pods of its deployment as ready endpoints.",
  args: workloadArgs,
  needs: ({ from, version }) => [{ query: ask(apiObjects, { version }), host: from }],
  plan({ from, version, workloads }, facts) {
    const api = facts.get(ask(apiObjects, { version }), from);
    if (!api.reachable) return { steps: [], pending: awaitedApi(api) };
    const endpoints = viewEndpoints(api.items);
    const missing = workloads.flatMap(({ namespace, deployments, services }) =>
      services.flatMap(({ name, deployment = name }) => {
        const wanted = deployments.find((one) => one.name === deployment)?.replicas ?? 0;
        const ready = readyAddresses(endpoints, namespace, name);
        return ready >= wanted
          ? []
          : [`Service ${namespace}/${name} has ${ready} of ${wanted} pods as endpoints`];
      }),
    );
    return missing.length === 0 ? unchanged : { steps: [], pending: missing.join(', ') };
  },
});

function readyAddresses(endpoints: readonly EndpointView[], namespace: string, service: string): number {
  const own = endpoints.filter(
    (one) => one.namespace === namespace && one.service === service && one.isReady,
  );
  return new Set(own.map(({ address }) => address)).size;
}
