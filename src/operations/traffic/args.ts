// What traffic.answered is asked with, and which addresses that comes to.
import { z } from 'zod';
import { hexBytes, httpPath, probeBytes, type ServiceProbe } from '../../kube/objects/service-probe.ts';
import { ipAddress } from '../args/networks.ts';
import { workloadArgs } from '../args/workloads.ts';
import { promiseOf } from './spread.ts';

/** A Service of very many pods is not asked three times for each. */
const mostRequests = 200;

const target = z.strictObject({
  namespace: z.string().min(1),
  service: z.string().min(1).meta({ description: "The Service's name." }),
  address: ipAddress.optional().meta({
    description: "One of the Service's addresses; by default its cluster IP, looked up on the host.",
  }),
  port: z.int().min(1).max(65_535).default(80),
  by: z.enum(['any', 'http', 'tcp', 'udp']).default('any').meta({
    description:
      'How it is asked. any: by HTTP, and where that is not spoken, a TCP connection that is taken will do.',
  }),
  path: z.string().regex(httpPath, 'must begin with "/" and have no blanks').default('/'),
  payload: z.string().regex(hexBytes, 'must be bytes of two hexadecimal digits each').default('00').meta({
    description: 'What is sent by UDP; any answer to it will do.',
  }),
  replicas: z.int().min(1).optional().meta({ description: 'How many different answers there must be.' }),
  deployment: z.string().optional().meta({ description: 'Whose pods answer: their names begin with it.' }),
});

export const trafficArgs = z.strictObject({
  host: z.string().min(1).meta({ description: 'Name of the host that asks, for messages.' }),
  targets: z.array(target).default([]).meta({ description: 'What to ask.' }),
  workloads: workloadArgs.shape.workloads
    .default([])
    .meta({ description: "Or the inventory's workloads: their Services are asked as their `probe` says." }),
  addresses: z
    .array(z.enum(['external', 'cluster']))
    .default(['external'])
    .meta({ description: 'Which addresses of the workloads; cluster IPs can be asked on nodes only.' }),
  requests: z.int().min(1).max(1000).default(4).meta({
    description: 'Requests to each target; three for each pod at least where their spread is looked at.',
  }),
  rounds: z.int().min(1).max(5).default(1).meta({
    description: 'How often all is asked anew, so that a disturbance by others is told from a fault.',
  }),
  seconds: z.int().min(1).max(60).default(3).meta({ description: 'Deadline of one request.' }),
  onlyWithIpvs: z.boolean().default(false).meta({
    description: 'Set it where a node asks: before its kernel balances, no request is worth sending.',
  }),
  scheduler: z.string().optional().meta({
    description:
      'Look whether the answers are spread as this IPVS scheduler promises: rr and wrr by turns, sh and dh always the same.',
  }),
  reach: z.array(ipAddress).default([]).meta({
    description:
      'Addresses of nodes. When neither they nor any target can be reached, that is a warning: this host is not in their network.',
  }),
});

export type TrafficArgs = z.output<typeof trafficArgs>;
export type Target = z.output<typeof target>;
type Workload = TrafficArgs['workloads'][number];

/** How often a target is asked in one round. */
export function requestsTo({ replicas = 1 }: Target, { requests, scheduler }: TrafficArgs): number {
  const enough = scheduler !== undefined && promiseOf(scheduler) === 'even' ? 3 * replicas : 0;
  return Math.max(requests, Math.min(enough, mostRequests));
}

/** Those that are named, and those of the workloads. A Service without pods is not asked. */
export function targetsOf({ targets, workloads, addresses }: TrafficArgs): readonly Target[] {
  return [...targets, ...workloads.flatMap((one) => workloadTargets(one, addresses))];
}

function workloadTargets(
  { namespace, deployments, services }: Workload,
  addresses: TrafficArgs['addresses'],
): readonly Target[] {
  return services.flatMap(({ name, port, protocol, deployment = name, externalIPs, probe }) => {
    const replicas = deployments.find((one) => one.name === deployment)?.replicas;
    const way = wayOf(protocol, probe);
    if (replicas === 0 || way === undefined) return [];
    const common = { namespace, service: name, port, path: '/', payload: '00', replicas, deployment, ...way };
    return [
      ...(addresses.includes('external') ? externalIPs.map((address) => ({ ...common, address })) : []),
      ...(addresses.includes('cluster') ? [common] : []),
    ];
  });
}

type Way = Pick<Target, 'by'> & Partial<Pick<Target, 'path' | 'payload'>>;

/** How a Service is asked; undefined for one that is not. */
function wayOf(protocol: string, probe: ServiceProbe | undefined): Way | undefined {
  if (probe === undefined) return protocol === 'TCP' ? { by: 'any' } : undefined;
  if (probe === 'none') return undefined;
  if (probe === 'tcp') return { by: 'tcp' };
  return 'http' in probe ? { by: 'http', path: probe.http } : { by: 'udp', payload: probeBytes(probe) };
}
