// What the operations on the control planes' virtual IP are told.
import { z } from 'zod';
import { managedDirectories } from '../core/managed.ts';
import { ipAddress } from './network-args.ts';

/** The script by which keepalived asks whether the local API server answers. */
export const checkScriptPath = `${managedDirectories.config}/check-api-server.sh`;

export const keepalivedUnit = 'keepalived.service';

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
