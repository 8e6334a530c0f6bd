// Waits until the workloads' pods run.
import { viewDeployment } from '../../kube/objects/deployment-view.ts';
import { objectName } from '../../kube/objects/object.ts';
import { deploymentObjects } from '../../kube/objects/workloads.ts';
import { parseVersion } from '../../kube/version.ts';
import { podsDiagnosis } from '../args/diagnosis.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { workloadArgs, workloadPods } from '../args/workloads.ts';
import { defineOperation, unchanged } from '../operation.ts';

export const deploymentsAvailable = defineOperation({
  name: 'deployments.available',
  summary: 'Waits until all pods of the workloads are available.',
  args: workloadArgs,
  example: `
- name: Wait until the pods of the workloads run
  op: deployments.available
  on: first-control-plane
  wait: 5m
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    workloads: \${{ workloads }}
`,
  needs: apiNeeds,
  diagnosis: ({ workloads, ...api }) => podsDiagnosis(api, workloadPods(workloads)),
  plan: ({ workloads, ...api }, facts) =>
    withApi(api, facts, (objects) => {
      const live = new Map(objects.map((object) => [objectName(object), object]));
      const missing = deploymentObjects(workloads, parseVersion(api.version)).flatMap((wanted) => {
        const name = objectName(wanted);
        const found = live.get(name);
        if (found === undefined) return [`${name} is not there`];
        const { wanted: count, available, isComplete } = viewDeployment(found);
        return isComplete ? [] : [`${name} has ${available} of ${count} pods available`];
      });
      return missing.length === 0 ? unchanged : { steps: [], pending: missing.join(', ') };
    }),
});
