// Waits until the workloads' Services know their pods: until then they balance to nobody.
import { readyAddresses, viewEndpoints, type Endpoint } from '../../kube/objects/endpoint-view.ts';
import { podsDiagnosis } from '../args/diagnosis.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { workloadArgs, workloadPods, type Workloads } from '../args/workloads.ts';
import { defineOperation, unchanged } from '../operation.ts';

export const servicesReady = defineOperation({
  name: 'services.ready',
  summary: "Waits until each of the workloads' Services has all pods of its deployment as ready endpoints.",
  args: workloadArgs,
  example: `
- name: Wait until the Services know their pods
  op: services.ready
  on: first-control-plane
  wait: 11m # a controller may take ten minutes to see what is new
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    workloads: \${{ workloads }}
`,
  needs: apiNeeds,
  diagnosis: ({ workloads, ...api }) => podsDiagnosis(api, workloadPods(workloads)),
  plan: ({ workloads, ...api }, facts) =>
    withApi(api, facts, (objects) => {
      const missing = missingPods(workloads, viewEndpoints(objects));
      return missing.length === 0 ? unchanged : { steps: [], pending: missing.join(', ') };
    }),
});

function missingPods(workloads: Workloads, endpoints: readonly Endpoint[]): readonly string[] {
  return workloads.flatMap(({ namespace, deployments, services }) =>
    services.flatMap(({ name, deployment = name }) => {
      const wanted = deployments.find((one) => one.name === deployment)?.replicas ?? 0;
      const ready = readyAddresses(endpoints, { namespace, name }).size;
      return ready >= wanted
        ? []
        : [`Service ${namespace}/${name} has ${ready} of ${wanted} pods as endpoints`];
    }),
  );
}
