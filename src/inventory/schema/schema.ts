// The inventory file's schema as a whole; rules across its fields are in rules/.
import { z } from 'zod';
import { cluster } from './cluster-schema.ts';
import { host } from './host-schema.ts';
import { about } from './scalars.ts';
import { ssh } from './ssh-schema.ts';
import { externalIPs, workload } from './workload-schema.ts';

export { role } from './host-schema.ts';

export const inventorySchema = z.strictObject({
  cluster: cluster.meta(about('The cluster as it shall be.')),
  hosts: z
    .array(host)
    .min(1)
    .meta({ title: 'a list of hosts', ...about('The machines that become the cluster.') }),
  ssh: ssh.prefault({}).meta(about('How to log in on all hosts.')),
  externalIPs: externalIPs.optional().meta(about('Addresses outside the cluster that Services may own.')),
  workloads: z
    .array(workload)
    .default([])
    .meta({ title: 'a list of workloads', ...about('What to run, a namespace each.') }),
});

/** An inventory as read, with defaults filled in. */
export type Inventory = z.output<typeof inventorySchema>;
export type InventoryHost = Inventory['hosts'][number];
export type Workload = Inventory['workloads'][number];
