// What traffic.answered is asked with, and which addresses that comes to.
import { z } from 'zod';
import { ipAddress } from './network-args.ts';
import { workloadArgs } from './workload-args.ts';

const target = z.strictObject({
  namespace: z.string().min(1),
  service: z.string().min(1).meta({ description: "The Service's name." }),
  address: ipAddress.optional().meta({
    description: "One of the Service's addresses; by default its cluster IP, looked up on the host.",
  }),
  port: z.int().min(1).max(65_535).default(80),
  path: z
    .string()
    .regex(/^\/[!-~]*$/, 'must begin with "/" and have no blanks')
    .default('/'),
  replicas: z.int().min(1).optional().meta({ description: 'How many different answers there must be.' }),
});

export const trafficArgs = z.strictObject({
  host: z.string().min(1).meta({ description: 'Name of the host that asks, for messages.' }),
  targets: z.array(target).default([]).meta({ description: 'What to ask.' }),
  workloads: workloadArgs.shape.workloads
    .default([])
    .meta({ description: "Or the inventory's workloads: their TCP Services are asked." }),
  addresses: z
    .array(z.enum(['external', 'cluster']))
    .default(['external'])
    .meta({ description: 'Which addresses of the workloads; cluster IPs can be asked on nodes only.' }),
  requests: z.int().min(1).max(1000).default(4).meta({ description: 'Requests to each target.' }),
  seconds: z.int().min(1).max(60).default(3).meta({ description: 'Deadline of one request.' }),
  onlyWithIpvs: z.boolean().default(false).meta({
    description: 'Set it where a node asks: before its kernel balances, no request is worth sending.',
  }),
  spread: z
    .enum(['any', 'even'])
    .default('any')
    .meta({ description: 'even: every pod answers as often as any other, within one, as rr promises.' }),
});

export type TrafficArgs = z.output<typeof trafficArgs>;
export type Target = z.output<typeof target>;
type Workload = TrafficArgs['workloads'][number];

/** Those that are named, and those of the workloads. A Service without pods is not asked. */
export function targetsOf({ targets, workloads, addresses }: TrafficArgs): readonly Target[] {
  return [...targets, ...workloads.flatMap((one) => workloadTargets(one, addresses))];
}

function workloadTargets(
  { namespace, deployments, services }: Workload,
  addresses: TrafficArgs['addresses'],
): readonly Target[] {
  return services
    .filter(({ protocol }) => protocol === 'TCP')
    .flatMap(({ name, port, deployment = name, externalIPs }) => {
      const replicas = deployments.find((one) => one.name === deployment)?.replicas;
      if (replicas === 0) return [];
      const common = { namespace, service: name, port, path: '/', replicas };
      return [
        ...(addresses.includes('external') ? externalIPs.map((address) => ({ ...common, address })) : []),
        ...(addresses.includes('cluster') ? [common] : []),
      ];
    });
}
