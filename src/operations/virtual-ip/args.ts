// What the operations on the control planes' virtual IP are told.
import { z } from 'zod';
import { ipAddress } from '../args/networks.ts';

export const virtualIPArg = z
  .object({
    address: ipAddress,
    interface: z.string().min(1),
    checkInterval: z.int().positive().default(3),
  })
  .meta({
    description: 'The virtual IP: `address`, `interface` and `checkInterval`, as the inventory has them.',
  });

export type VirtualIPArg = z.output<typeof virtualIPArg>;
