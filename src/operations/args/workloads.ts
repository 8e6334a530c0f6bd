// The arguments that the operations on workloads share.
import { z } from 'zod';
import { apiArgs } from './api.ts';

const deployment = z.object({
  name: z.string(),
  image: z.string(),
  replicas: z.int().default(1),
  port: z.int(),
});

const service = z.object({
  name: z.string(),
  port: z.int(),
  targetPort: z.int().optional(),
  protocol: z.string().default('TCP'),
  deployment: z.string().optional(),
  externalIPs: z.array(z.string()).default([]),
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
