// The interfaces of the nodes that clients ask on, in arguments.
import { z } from 'zod';

/** What is said of all nodes, and of each; without a word the one with the node's address. */
export const interfaceArgs = {
  interface: z.string().min(1).nullable().default(null),
  interfaces: z
    .array(
      z.object({
        node: z.string().min(1),
        interface: z.string().min(1).nullable(),
        isOwn: z.boolean().default(false),
        addresses: z.array(z.string().min(1)),
      }),
    )
    .default([]),
};
