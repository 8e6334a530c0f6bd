// What the event `status` holds: the cluster as it is at one moment. Published with the events.
import { z } from 'zod';
import { protocols } from '../../core/protocol.ts';
import { nodeReportData } from '../../operations/report-data.ts';
import { errorView, field, milliseconds, wholeNumber } from './event-parts.ts';

const { externalAddresses: _, kind: __, ...nodeFields } = nodeReportData.unwrap().shape;

const holder = z
  .strictObject({
    node: z.string(),
    interfaces: field(z.array(z.string()).readonly(), 'The interfaces that carry the address.'),
  })
  .readonly();

export const nodeStatus = z
  .strictObject({
    ...nodeFields,
    proxyVersion: field(z.string().nullable(), 'Version of the kube-proxy that runs.'),
    silentMs: field(
      milliseconds.nullable(),
      'Since when the host does not answer, in milliseconds; null while it does. What it said before is kept.',
    ),
    error: field(errorView, 'Why it does not answer, where that is known.').exactOptional(),
  })
  .readonly();

export const realServerStatus = z
  .strictObject({
    address: field(z.string(), 'Its IP address.'),
    port: field(wholeNumber, 'Its port.'),
    pod: field(z.string().nullable(), 'Name of the pod that it is.'),
    node: field(z.string().nullable(), 'Node that the pod runs on.'),
    active: field(wholeNumber, 'Established connections, of all nodes together.'),
    inactive: field(wholeNumber, 'Connections in any other state, of all nodes together.'),
    weights: field(
      z.array(z.strictObject({ node: z.string(), weight: z.int().nullable() }).readonly()).readonly(),
      'Its weight on each node; null where the node does not have it.',
    ),
  })
  .readonly();

export const externalIPStatus = z
  .strictObject({
    protocol: field(z.enum(protocols), 'The protocol that it balances.'),
    address: field(z.string(), 'The address.'),
    port: field(wholeNumber, 'Its port.'),
    services: field(
      z.array(z.string()).readonly(),
      'Its Service as NAMESPACE/NAME; several when they contest it.',
    ),
    holders: field(z.array(holder).readonly(), 'The nodes that take packets for it.'),
    realServers: field(z.array(realServerStatus).readonly(), 'The pods behind it.'),
  })
  .readonly();

export const statusFields = {
  cluster: field(z.string(), 'Name of the cluster in the inventory.'),
  endpoint: field(z.string(), 'Where the API is reached: HOST:PORT.'),
  api: field(
    z
      .strictObject({
        host: field(z.string(), 'The control plane that was asked.'),
        reason: field(z.string(), 'Why there is no answer.').exactOptional(),
      })
      .readonly(),
    'Where the API was asked, and whether it answered.',
  ),
  virtualIP: field(
    z
      .strictObject({ address: z.string(), holders: z.array(holder).readonly() })
      .readonly()
      .nullable(),
    'The control planes’ virtual IP and who holds it now; null without one.',
  ),
  clusterDns: field(
    z
      .strictObject({
        addresses: field(z.array(z.string()).readonly(), 'Cluster IPs of its Service.'),
        ready: field(wholeNumber, 'Pods that the Service may send to.'),
        wanted: field(wholeNumber.nullable(), 'Pods that there are to be; null where no Deployment says so.'),
      })
      .readonly()
      .nullable(),
    'The cluster’s DNS; null where it has none, or the API has not answered.',
  ),
  nodes: field(z.array(nodeStatus).readonly(), 'The hosts in order of the inventory.'),
  externalIPs: field(z.array(externalIPStatus).readonly(), 'External and load-balancer addresses.'),
};

export const clusterStatusSchema = z.strictObject(statusFields).readonly();

export type ClusterStatus = z.output<typeof clusterStatusSchema>;
