// Waits until the workloads' pods run.
import { apiObjects, awaitedApi } from '../../facts/kubernetes/api-objects.ts';
import { ask } from '../../facts/fact.ts';
import { viewDeployment } from '../../kube/objects/deployment-view.ts';
import { objectName } from '../../kube/objects/object.ts';
import { parseVersion } from '../../kube/version.ts';
import { deploymentObjects } from '../../kube/objects/workloads.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { workloadArgs } from '../args/workloads.ts';

export const deploymentsAvailable = defineOperation({
  name: 'deployments.available',
  summary: 'Waits until all pods of the workloads are available.',
  args: workloadArgs,
  needs: ({ from, version }) => [{ query: ask(apiObjects, { version }), host: from }],
  plan({ from, version, workloads }, facts) {
    const api = facts.get(ask(apiObjects, { version }), from);
    if (!api.reachable) return { steps: [], pending: awaitedApi(api) };
    const live = new Map(api.items.map((object) => [objectName(object), object]));
    const missing = deploymentObjects(workloads, parseVersion(version)).flatMap((wanted) => {
      const name = objectName(wanted);
      const found = live.get(name);
      if (found === undefined) return [`${name} is not there`];
      const { wanted: count, available, isComplete } = viewDeployment(found);
      return isComplete ? [] : [`${name} has ${available} of ${count} pods available`];
    });
    return missing.length === 0 ? unchanged : { steps: [], pending: missing.join(', ') };
  },
});
