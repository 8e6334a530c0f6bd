// The shape of the file that remembers a lab.
import { z } from 'zod';
import { roles } from '../../core/role.ts';

const labNode = z.strictObject({
  name: z.string(),
  role: z.enum(roles),
  address: z.ipv4(),
  /** MAC address, which stays the same over restarts. */
  mac: z.string(),
  /** MiB. */
  memory: z.int().positive(),
  /** The processor that the node is pinned to. */
  cpu: z.int().nonnegative(),
});

export const labState = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  subnet: z.cidrv4(),
  /** The release of Kubernetes in the image; labs made before there was a choice do not say it. */
  kubernetes: z.string().default('v1.20.2'),
  /** Absolute path of the directory with the kernel and the disk image that all nodes share. */
  image: z.string(),
  nodes: z.array(labNode).min(1),
});

export type LabNode = Readonly<z.infer<typeof labNode>>;
export type LabState = Readonly<z.infer<typeof labState>>;
