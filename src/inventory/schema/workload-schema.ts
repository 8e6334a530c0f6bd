// What the cluster runs: deployments, services and the external addresses that services own.
import { z } from 'zod';
import { protocols } from '../../core/protocol.ts';
import { hexBytes, httpPath, mostProbeBytes } from '../../kube/objects/service-probe.ts';
import {
  about,
  addressRange,
  imageReference,
  interfaceName,
  ipAddress,
  labelName,
  port,
  serviceName,
} from './scalars.ts';

const deployment = z
  .strictObject({
    name: labelName.meta(about('Name of the deployment. Unique in its namespace.')),
    image: imageReference.meta(about('Container image of the pods.')),
    replicas: z
      .int()
      .min(0)
      .max(10_000)
      .meta({ title: 'a whole number' })
      .default(1)
      .meta(about('Number of pods.')),
    port: port.meta(about('Port that the container listens on.')),
  })
  .meta({ title: 'a deployment (a map with name, image and port)' });

const probeWords =
  'must be tcp, none, or a map with one of http (a path), udp (a text to send) and udpHex (bytes to send)';

const probe = z
  .union(
    [
      z.enum(['tcp', 'none']),
      z
        .strictObject({
          http: z
            .string()
            .regex(httpPath, 'must begin with "/" and have no blanks')
            .optional()
            .meta({
              title: 'a path',
              ...about('Asks for this path by HTTP; an error page is an answer too.'),
            }),
          udp: z
            .string()
            .min(1, 'must not be empty')
            .max(mostProbeBytes, `must have at most ${mostProbeBytes} characters`)
            .optional()
            .meta(about('Sends this text by UDP; any answer to it will do.')),
          udpHex: z
            .string()
            .regex(hexBytes, 'must be bytes of two hexadecimal digits each')
            .max(2 * mostProbeBytes, `must have at most ${mostProbeBytes} bytes`)
            .optional()
            .meta({ title: 'hexadecimal digits', ...about('The same with these bytes.') }),
        })
        .refine((ways) => Object.values(ways).filter((way) => way !== undefined).length === 1, {
          error: 'must have exactly one of http, udp and udpHex',
        }),
    ],
    // In a map, its own mistakes say more.
    { error: ({ input }) => (typeof input === 'object' && input !== null ? undefined : probeWords) },
  )
  .meta({ title: 'tcp, none or a map with http, udp or udpHex' });

const service = z
  .strictObject({
    name: serviceName.meta(about('Name of the Service. Unique in its namespace.')),
    port: port.meta(about('Port that clients connect to.')),
    targetPort: port.optional().meta(about('Port of the pods. By default the same as port.')),
    protocol: z.enum(protocols).default('TCP').meta(about('Transport protocol of the port.')),
    deployment: labelName
      .optional()
      .meta(about('Deployment whose pods serve it. By default the one of the same name.')),
    externalIPs: z
      .array(ipAddress)
      .default([])
      .meta({
        title: 'a list of addresses',
        ...about('Addresses outside the cluster, from the pool, that it answers on.'),
      }),
    probe: probe
      .optional()
      .meta(
        about(
          'How up and verify ask whether it answers. By default a TCP port is asked by HTTP, and where it speaks something else, a connection that is taken will do; others are not asked.',
        ),
      ),
  })
  .meta({ title: 'a service (a map with name and port)' });

export const workload = z
  .strictObject({
    namespace: labelName.meta(about('Kubernetes namespace. It is made if it does not exist.')),
    deployments: z
      .array(deployment)
      .default([])
      .meta({ title: 'a list of deployments', ...about('Pods to run.') }),
    services: z
      .array(service)
      .default([])
      .meta({ title: 'a list of services', ...about('Services to balance by IPVS.') }),
  })
  .meta({ title: 'a workload (a map with a namespace)' });

export const externalIPs = z.strictObject({
  pool: z
    .array(addressRange)
    .min(1)
    .meta({
      title: 'a list of addresses, ranges or CIDRs',
      ...about('Addresses that Services may use: single ones, ranges FIRST-LAST, CIDRs.'),
    }),
  interface: interfaceName
    .optional()
    .meta(
      about(
        'Network interface of the nodes on which clients reach the pool. By default the one that has the node’s address, on each host its own.',
      ),
    ),
  bind: z
    .enum(['kube-proxy', 'interface'])
    .default('kube-proxy')
    .meta(
      about(
        'Who makes the addresses the nodes’ own. kube-proxy: itself, on every node (from v1.11). interface: this program, on the interface of one node for each address; another takes over when that one dies.',
      ),
    ),
});
