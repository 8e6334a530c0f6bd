// The shape of the file that remembers a lab.
import { z } from 'zod';
import { roles } from '../../core/role.ts';
import { ipFamilies } from '../ip-family.ts';
import { containerds, defaultKind, releases } from '../node-kind.ts';

const labNode = z.strictObject({
  name: z.string(),
  role: z.enum(roles),
  /** Where SSH goes to. */
  address: z.union([z.ipv4(), z.ipv6()]),
  /** The IPv6 address of a node that has both. */
  secondAddress: z.ipv6().optional(),
  /** MAC address, which stays the same over restarts. */
  mac: z.string(),
  /** MiB. */
  memory: z.int().positive(),
  /** The processor that the node is pinned to. */
  cpu: z.int().nonnegative(),
  /** Of Debian. */
  release: z.enum(releases),
  /** Generation of containerd. */
  containerd: z.enum(containerds),
  /** Absolute path of the directory with the kernel and the disk image that it boots from. */
  image: z.string(),
});

const current = z.strictObject({
  format: z.literal(2),
  name: z.string(),
  /** That of IPv4, from which that of IPv6 follows. */
  subnet: z.cidrv4(),
  ipFamily: z.enum(ipFamilies).default('ipv4'),
  /** The release of Kubernetes in the images; labs made before there was a choice do not say it. */
  kubernetes: z.string().default('v1.20.2'),
  nodes: z.array(labNode).min(1),
});

/** As it was when all nodes of a lab had one image. */
const first = z
  .strictObject({
    ...current.shape,
    format: z.literal(1),
    image: z.string(),
    nodes: z.array(labNode.omit({ release: true, containerd: true, image: true })).min(1),
  })
  .transform(({ image, nodes, ...lab }): LabState => ({
    ...lab,
    format: 2,
    nodes: nodes.map((node) => ({ ...node, ...defaultKind, image })),
  }));

export const labState = z.union([current, first]);

export type LabNode = Readonly<z.infer<typeof labNode>>;
export type LabState = Readonly<z.infer<typeof current>>;
