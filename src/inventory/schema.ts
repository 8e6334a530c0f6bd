// The inventory file's schema: names, types and defaults. Rules across fields are in rules.ts.
import { z } from 'zod';

const dnsLabel = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and "-"');
const hostName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be a lower-case host name');
const ipAddress = z.union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' });
const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'must be a CIDR such as 10.244.0.0/16' });
const interfaceName = z
  .string()
  .max(15)
  .regex(/^[A-Za-z0-9_.:-]+$/, 'must be a network interface name');
const port = z.int().min(1).max(65535);

export const role = z.enum(['control-plane', 'worker']);

const ssh = z.strictObject({
  user: z.string().min(1).optional().meta({ description: 'Login name; the default is your own.' }),
  port: port.optional().meta({ description: 'TCP port of sshd; 22 by default.' }),
  identityFile: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Private key; "~" is your home directory.' }),
  knownHostsFile: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Host keys; ~/.ssh/known_hosts by default.' }),
  become: z.boolean().optional().meta({ description: 'Use sudo; by default when the user is not root.' }),
});

const host = z.strictObject({
  name: hostName.meta({ description: 'The name of the node.' }),
  address: ipAddress.meta({ description: 'The address of the node, for SSH and as the node address.' }),
  roles: z.array(role).min(1),
  ssh: ssh.optional().meta({ description: 'Differs from the common ssh settings.' }),
});

const kubernetesSource = z.strictObject({
  bundle: z.string().min(1).meta({ description: 'A bundle directory; relative to the inventory.' }),
});

const kubeProxy = z.strictObject({
  scheduler: z
    .enum(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'sed', 'nq'])
    .default('rr')
    .meta({ description: 'The IPVS scheduler of every Service.' }),
  strictARP: z.boolean().default(false),
  excludeCIDRs: z.array(cidr).default([]),
});

const cluster = z.strictObject({
  name: dnsLabel,
  kubernetes: z.strictObject({
    version: z.string().regex(/^v\d+\.\d+\.\d+$/, 'must be a full version such as v1.20.2'),
    source: kubernetesSource,
  }),
  controlPlane: z
    .strictObject({
      vip: z.strictObject({ address: ipAddress, interface: interfaceName }).optional(),
      endpoint: z.string().min(1).optional(),
    })
    .default({}),
  network: z
    .strictObject({
      pods: cidr.default('10.244.0.0/16'),
      services: cidr.default('10.96.0.0/12'),
      cni: z.enum(['host-gw']).default('host-gw'),
    })
    .prefault({}),
  kubeProxy: kubeProxy.prefault({}),
});

const deployment = z.strictObject({
  name: dnsLabel,
  image: z.string().min(1),
  replicas: z.int().min(0).max(10_000).default(1),
  port,
});

const service = z.strictObject({
  name: dnsLabel,
  port,
  targetPort: port.optional().meta({ description: "The pods' port; the same as port by default." }),
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
  deployment: dnsLabel
    .optional()
    .meta({ description: 'Whose pods it serves; the one of the same name by default.' }),
  externalIPs: z.array(ipAddress).default([]),
});

const workload = z.strictObject({
  namespace: dnsLabel,
  deployments: z.array(deployment).default([]),
  services: z.array(service).default([]),
});

const externalIPs = z.strictObject({
  pool: z.array(z.string().min(1)).min(1).meta({ description: 'Addresses, ranges (a-b) or CIDRs.' }),
  interface: interfaceName.optional(),
});

export const inventorySchema = z.strictObject({
  cluster,
  hosts: z.array(host).min(1),
  ssh: ssh.prefault({}),
  externalIPs: externalIPs.optional(),
  workloads: z.array(workload).default([]),
});

/** An inventory as read, with defaults filled in. */
export type Inventory = z.output<typeof inventorySchema>;
export type InventoryHost = Inventory['hosts'][number];
export type Workload = Inventory['workloads'][number];
