// The arguments that the operations on workloads share.
import { z } from 'zod';

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
});

const workload = z.object({
  namespace: z.string(),
  deployments: z.array(deployment).default([]),
  services: z.array(service).default([]),
});

export const apiArgs = {
  from: z.string().min(1).meta({ description: 'The control plane whose API is asked.' }),
  version: z
    .string()
    .regex(/^v\d+\.\d+\.\d+$/, 'must be a version such as v1.34.2')
    .meta({ description: "The cluster's version." }),
};

export const workloadArgs = z.strictObject({
  ...apiArgs,
  workloads: z.array(workload).meta({ description: 'As `${{ workloads }}` gives them.' }),
});
