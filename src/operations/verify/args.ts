// What ipvs.verified is asked with.
import { z } from 'zod';
import { clusterArg } from '../args/cluster.ts';
import { nodePortAddressList, nodePortRange, poolArg } from '../args/networks.ts';
import { moduleName, nodeArg } from '../args/scalars.ts';

export const verifyArgs = z.strictObject({
  node: nodeArg,
  cluster: clusterArg,
  nodePorts: nodePortRange,
  nodePortAddresses: nodePortAddressList
    .default([])
    .meta({ description: 'Where node ports listen; all addresses by default.' }),
  externalIPs: poolArg,
  modules: z.array(moduleName).default([]).meta({ description: 'Must be loaded, now and at every boot.' }),
  oneOf: z.array(z.array(moduleName).min(1)).default([]).meta({ description: 'Of each list, one must be.' }),
});

export type VerifyArgs = z.output<typeof verifyArgs>;
