// What the operations on the control planes' virtual IP are told.
import { z } from 'zod';
import { interfaceArgs } from '../args/interfaces.ts';
import { ipAddress } from '../args/networks.ts';

export const virtualIPArg = z
  .object({
    address: ipAddress,
    ...interfaceArgs,
    checkInterval: z.int().positive().default(3),
  })
  .meta({
    description:
      'The virtual IP as `${{ cluster.controlPlane.vip }}` gives it: `address`, `interface` of all or `interfaces` of each, and `checkInterval`.',
  });

export type VirtualIPArg = z.output<typeof virtualIPArg>;
