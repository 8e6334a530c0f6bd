// Hosts in the inventory, and how to log in on them.
import { z } from 'zod';
import { about, hostName, ipAddress, localPath, loginName, port } from './scalars.ts';

export const role = z.enum(['control-plane', 'worker']).meta({ title: 'a role' });

/** SSH settings, for all hosts or for one. */
export const ssh = z
  .strictObject({
    user: loginName.optional().meta(about('Login name on the hosts. By default your own.')),
    port: port.optional().meta(about('TCP port of the SSH server. By default 22.')),
    identityFile: localPath
      .optional()
      .meta(
        about(
          'Private key to log in with. "~" is your home directory; other paths start at the inventory file.',
        ),
      ),
    knownHostsFile: localPath
      .optional()
      .meta(about('File with the host keys to trust. By default ~/.ssh/known_hosts.')),
    become: z
      .boolean()
      .optional()
      .meta(about('Whether to use sudo. By default true for every user but root.')),
  })
  .meta({ title: 'a map of ssh settings' });

export const host = z
  .strictObject({
    name: hostName.meta(about('Name of the node in the cluster. Unique.')),
    address: ipAddress.meta(about('Address of the host, for SSH and as the node’s address in the cluster.')),
    roles: z
      .array(role)
      .min(1)
      .meta({ title: 'a list of roles', ...about('What the host is: a control plane, a worker, or both.') }),
    ssh: ssh.optional().meta(about('SSH settings of this host that differ from the common ones.')),
  })
  .meta({ title: 'a host (a map with name, address and roles)' });
