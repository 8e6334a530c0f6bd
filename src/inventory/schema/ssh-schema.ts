// How to log in on hosts and bastions, and where passwords come from.
import { z } from 'zod';
import { about, connectAddress, hostKeyPin, localPath, loginName, port } from './scalars.ts';
import { secretFrom } from './secret-from.ts';

const hostKeyChecking = z.enum(['strict', 'accept-new']).meta({ title: 'strict or accept-new' });

/** What hosts and bastions have in common. */
const login = {
  user: loginName.optional().meta(about('Login name. By default that of ssh_config, else your own.')),
  port: port.optional().meta(about('TCP port of the SSH server. By default that of ssh_config, else 22.')),
  identityFile: localPath
    .optional()
    .meta(
      about(
        'Private key to log in with, and no other. "~" is your home directory; other paths start at the inventory file.',
      ),
    ),
  passphrase: secretFrom('passphrase of the key')
    .optional()
    .meta(about('Passphrase of the key. By default you are asked when there is a terminal.')),
  password: secretFrom('password')
    .optional()
    .meta(about('Password to log in with, where no key is accepted.')),
  knownHostsFile: localPath
    .optional()
    .meta(about('File with the host keys to trust. By default ~/.ssh/known_hosts.')),
  hostKeyChecking: hostKeyChecking
    .optional()
    .meta(
      about(
        'Whom to trust. strict: only known host keys. accept-new: any host at the first contact, and then the key it showed.',
      ),
    ),
  connectTimeout: z
    .int()
    .min(1)
    .max(600)
    .optional()
    .meta(about('Seconds to connect and log in, and again to start the shell. By default 20.')),
};

const hostKey = hostKeyPin
  .optional()
  .meta(about('The one host key to accept: SHA256:… or ssh-ed25519 AAAA…. known_hosts is not asked then.'));

const bastion = z
  .strictObject({
    address: connectAddress.meta(about('Address or name of the bastion.')),
    ...login,
    hostKey,
  })
  .meta({ title: 'a bastion (a map with an address)' });

const become = z
  .union([
    z.boolean(),
    z.strictObject({
      password: secretFrom('password for sudo')
        .optional()
        .meta(about('Password of the login user, for a sudo that asks for it.')),
    }),
  ])
  .meta({ title: 'true, false or a map with password' });

const common = {
  ...login,
  become: become
    .optional()
    .meta(
      about(
        'Whether to use sudo: by default for every user but root. A map says where the password for sudo comes from: { password: { env: NAME } }, or file, or ask.',
      ),
    ),
  jump: z
    .array(bastion)
    .max(8)
    .optional()
    .meta({
      title: 'a list of bastions',
      ...about(
        'Bastions on the way, the nearest to you first. An empty list connects directly, whatever ssh_config says.',
      ),
    }),
  bootTimeout: z
    .int()
    .min(0)
    .max(3600)
    .optional()
    .meta(
      about(
        'Seconds to try again while a host boots. By default 60 for one that says that it does; a number here holds for hosts that refuse connections or are silent, too.',
      ),
    ),
  configFile: localPath
    .optional()
    .meta(
      about(
        'Configuration of ssh to read in place of ~/.ssh/config and that of the system; "none" reads no such file.',
      ),
    ),
};

/** SSH settings for all hosts. */
export const ssh = z.strictObject(common).meta({ title: 'a map of ssh settings' });

/** SSH settings of one host. */
export const hostSsh = z
  .strictObject({
    address: connectAddress
      .optional()
      .meta(about('Where the SSH server of this host is reached, when that is not the address of the host.')),
    ...common,
    hostKey,
  })
  .meta({ title: 'a map of ssh settings' });

export type WrittenSsh = z.output<typeof hostSsh>;
export type WrittenBastion = z.output<typeof bastion>;
