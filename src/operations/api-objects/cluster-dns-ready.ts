// Waits until the cluster's DNS runs, where it has one.
import { z } from 'zod';
import { viewClusterDns } from '../../kube/objects/cluster-dns-view.ts';
import { apiArgs } from '../args/api.ts';
import { podsDiagnosis } from '../args/diagnosis.ts';
import { dnsPodLabels, dnsPods, podsNeed, podsNotWell, waitForPods } from '../args/pods.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { defineOperation, unchanged, type Plan } from '../operation.ts';

export const clusterDnsReady = defineOperation({
  name: 'cluster-dns.ready',
  summary:
    "Waits until all pods of the cluster's DNS are available. A cluster that was made without a DNS has nothing to wait for.",
  args: z.strictObject(apiArgs),
  example: `
- name: Wait until names of Services can be looked up
  op: cluster-dns.ready
  on: first-control-plane
  wait: 5m
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
`,
  needs: (api) => [...apiNeeds(api), podsNeed(api)],
  diagnosis: (api) => podsDiagnosis(api, [dnsPods]),
  plan: (api, facts) =>
    withApi(api, facts, (objects): Plan => {
      const missing = viewClusterDns(objects)?.deployments.filter(({ isComplete }) => !isComplete) ?? [];
      if (missing.length === 0) return unchanged;
      const { query, host } = podsNeed(api);
      const system = facts.get(query, host);
      const pods = system.reachable ? podsNotWell(system.pods, dnsPodLabels) : [];
      const counts = missing.map(
        ({ name, available, wanted }) =>
          `the cluster's DNS (Deployment kube-system/${name}) has ${available} of ${wanted} pods available`,
      );
      return { steps: [], ...waitForPods(counts, pods) };
    }),
});
