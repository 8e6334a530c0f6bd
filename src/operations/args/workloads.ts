// The arguments that the operations on workloads share.
import { z } from 'zod';
import type { PodSelection } from '../../facts/diagnosis/cluster-look.ts';
import { hexBytes, httpPath } from '../../kube/objects/service-probe.ts';
import { apiArgs } from './api.ts';

const deployment = z.object({
  name: z.string(),
  image: z.string(),
  replicas: z.int().default(1),
  port: z.int(),
});

/** As an inventory has checked it. */
const probe = z.union([
  z.enum(['tcp', 'none']),
  z.object({ http: z.string().regex(httpPath) }),
  z.object({ udp: z.string() }),
  z.object({ udpHex: z.string().regex(hexBytes) }),
]);

const service = z.object({
  name: z.string(),
  port: z.int(),
  targetPort: z.int().optional(),
  protocol: z.string().default('TCP'),
  deployment: z.string().optional(),
  externalIPs: z.array(z.string()).default([]),
  probe: probe.optional(),
  bothFamilies: z.boolean().optional(),
});

const workload = z.object({
  namespace: z.string(),
  deployments: z.array(deployment).default([]),
  services: z.array(service).default([]),
});

export const workloadArgs = z.strictObject({
  ...apiArgs,
  workloads: z.array(workload).meta({ description: 'As `${{ workloads }}` gives them.' }),
});

export type Workloads = z.output<typeof workloadArgs>['workloads'];

/** The pods of all their deployments; see `deploymentObjects` for the label. */
export function workloadPods(workloads: Workloads): readonly PodSelection[] {
  return workloads
    .filter(({ deployments }) => deployments.length > 0)
    .map(({ namespace, deployments }) => ({
      namespace,
      selector: `app in (${deployments.map(({ name }) => name).join(',')})`,
    }));
}
