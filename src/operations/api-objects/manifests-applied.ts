// API objects that are as wanted; fields that nobody asked for are left alone.
import { z } from 'zod';
import type { KubernetesObject } from '../../kube/objects/object.ts';
import { deploymentObjects, namespaceObjects, serviceObjects } from '../../kube/objects/workloads.ts';
import { parseVersion } from '../../kube/version.ts';
import { apiArgs } from '../args/api.ts';
import { apiNeeds, withApi, type ApiPlace } from '../args/with-api.ts';
import { workloadArgs } from '../args/workloads.ts';
import { defineOperation, type FactReader, type Plan } from '../operation.ts';
import { manifestSteps } from './manifest-steps.ts';

/** The kinds that the fact about API objects reads. */
const kinds = ['Namespace', 'Deployment', 'Service'] as const;

const manifest = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.enum(kinds),
  metadata: z
    .looseObject({ name: z.string().min(1) })
    .transform((metadata) => metadata as KubernetesObject['metadata']),
});

export const manifestsApplied = defineOperation({
  name: 'manifests.applied',
  summary:
    'Creates or changes namespaces, deployments and Services. Fields that are not given stay as they are.',
  args: z.strictObject({
    ...apiArgs,
    objects: z.array(manifest).meta({ description: 'The objects, each as in a manifest.' }),
  }),
  example: `
- name: Say whose the namespace is
  op: manifests.applied
  on: first-control-plane
  wait: 1m # for the API to answer
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    objects:
      - { apiVersion: v1, kind: Namespace, metadata: { name: user-a-ns, labels: { team: web } } }
`,
  needs: apiNeeds,
  plan: ({ objects, ...api }, facts) => planObjects(objects, api, facts),
});

export const deploymentsCreated = defineOperation({
  name: 'deployments.created',
  summary: "Creates or changes the workloads' namespaces and deployments.",
  args: workloadArgs,
  example: `
- name: Run two web servers for trials
  op: deployments.created
  on: first-control-plane
  wait: 1m # for the API to answer
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    workloads: # of the playbook's own, beside those of the inventory
      - { namespace: trials, deployments: [{ name: nginx, image: nginx, replicas: 2, port: 80 }] }
`,
  needs: apiNeeds,
  plan: ({ workloads, ...api }, facts) =>
    planObjects(
      [...namespaceObjects(workloads), ...deploymentObjects(workloads, parseVersion(api.version))],
      api,
      facts,
    ),
});

export const servicesCreated = defineOperation({
  name: 'services.created',
  summary: "Creates or changes the workloads' Services, each with its external IPs.",
  args: workloadArgs,
  example: `
- name: Create the Services with their external IPs
  op: services.created
  on: first-control-plane
  wait: 1m # for the API to answer
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    workloads: \${{ workloads }}
`,
  needs: apiNeeds,
  plan: ({ workloads, ...api }, facts) =>
    planObjects([...namespaceObjects(workloads), ...serviceObjects(workloads)], api, facts),
});

function planObjects(wanted: readonly KubernetesObject[], api: ApiPlace, facts: FactReader): Plan {
  return withApi(api, facts, (objects) => ({ steps: manifestSteps(wanted, objects, api.from) }));
}
