// What a task reports for programs and pictures, beside its table for people. Published with the events.
import { z } from 'zod';
import { protocols } from '../core/protocol.ts';
import type { Backend, ExternalAddress } from '../ipvs/external-addresses.ts';

const count = z.int().min(0);
const port = z.int().min(0).max(65_535).meta({ description: 'Its port.' });
const address = z.string().meta({ description: 'Its IP address.' });
const protocol = z.enum(protocols).meta({ description: 'The protocol that it balances.' });

/** Connections of a node through its virtual servers. */
export const connectionCounts = z
  .strictObject({
    active: count.meta({ description: 'Established connections.' }),
    inactive: count.meta({ description: 'Connections in any other state.' }),
  })
  .readonly();

export const backendData: z.ZodType<Backend> = z
  .strictObject({
    address,
    port,
    weight: z
      .int()
      .nullable()
      .meta({ description: 'Null when the kernel does not list it, though it should.' }),
    active: count.meta({ description: 'Established connections.' }),
    inactive: count.meta({ description: 'Connections in any other state.' }),
    pod: z.string().nullable().meta({ description: 'Name of the pod that it is.' }),
    node: z.string().nullable().meta({ description: 'Node that the pod runs on.' }),
  })
  .readonly();

export const externalAddressData: z.ZodType<ExternalAddress> = z
  .strictObject({
    protocol,
    address,
    port,
    services: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Its Service as NAMESPACE/NAME; several when they contest it.' }),
    scheduler: z
      .string()
      .nullable()
      .meta({ description: 'Null when the kernel has no such virtual server.' }),
    heldOn: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Interfaces of the node that carry the address.' }),
    backends: z.array(backendData).readonly().meta({ description: 'Its real servers.' }),
  })
  .readonly();

/** One node, as far as it balances. What could not be found out is null. */
export const nodeReportData = z
  .strictObject({
    kind: z.literal('node').meta({ description: 'What the data is about.' }),
    node: z.string().meta({ description: 'Name of the host.' }),
    address: z.string().meta({ description: 'Its address in the inventory.' }),
    roles: z.array(z.string()).readonly().meta({ description: 'Its roles in the inventory.' }),
    isReady: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether the API calls it ready; null when it is no node.' }),
    kubeletVersion: z.string().nullable().meta({ description: 'Null when it is no node.' }),
    proxyMode: z.string().nullable().meta({ description: 'What kube-proxy says of itself.' }),
    virtualServers: count.nullable().meta({ description: 'Null when the kernel has not loaded ip_vs.' }),
    realServers: count.meta({ description: 'Those of all virtual servers.' }),
    connections: connectionCounts.meta({ description: 'Through all virtual servers: active and inactive.' }),
    externalAddresses: z
      .array(externalAddressData)
      .readonly()
      .meta({ description: 'External and load-balancer addresses.' }),
  })
  .readonly();

export type NodeReport = z.output<typeof nodeReportData>;

/** What the cluster's DNS answered to one node, by one protocol at one of its addresses. */
export const dnsExchangeData = z
  .strictObject({
    address: z.string().meta({ description: 'The address that was asked.' }),
    protocol: z.enum(['UDP', 'TCP']),
    answers: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Each answer: addresses, `NXDOMAIN` and the like, or why there was none.' }),
    right: count.meta({ description: 'How many of them were right.' }),
  })
  .readonly();

/** What a node got from the cluster's DNS. */
export const dnsReportData = z
  .strictObject({
    kind: z.literal('dns').meta({ description: 'What the data is about.' }),
    node: z.string().meta({ description: 'Name of the host.' }),
    name: z.string().meta({ description: 'The name that was looked up.' }),
    exchanges: z.array(dnsExchangeData).readonly().meta({ description: 'By address and protocol.' }),
  })
  .readonly();

export type DnsReport = z.output<typeof dnsReportData>;

export const reportData = z
  .discriminatedUnion('kind', [nodeReportData.unwrap(), dnsReportData.unwrap()])
  .readonly();

export type ReportData = NodeReport | DnsReport;
