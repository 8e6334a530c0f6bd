// Hosts in the inventory.
import { z } from 'zod';
import { roles } from '../../core/role.ts';
import { about, hostName, interfaceName, ipAddress } from './scalars.ts';
import { hostSsh } from './ssh-schema.ts';

export const role = z.enum(roles).meta({
  title: 'a role',
  hint: 'What others call master is a control-plane, and a node that only runs pods is a worker.',
});

export const host = z
  .strictObject({
    name: hostName.meta(about('Name of the node in the cluster. Unique.')),
    address: ipAddress.meta(about('Address of the host, for SSH and as the node’s address in the cluster.')),
    secondAddress: ipAddress
      .optional()
      .meta(about('Address of the other family, where the cluster has both IPv4 and IPv6.')),
    interface: interfaceName
      .optional()
      .meta(
        about(
          'Network interface of this host for the virtual IP and for external IPs that this program binds, where it has another name than on the others.',
        ),
      ),
    roles: z
      .array(role)
      .min(1)
      .meta({ title: 'a list of roles', ...about('What the host is: a control plane, a worker, or both.') }),
    ssh: hostSsh.optional().meta(about('SSH settings of this host that differ from the common ones.')),
  })
  .meta({ title: 'a host (a map with name, address and roles)' });
