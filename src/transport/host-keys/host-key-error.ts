// Says why a host key is refused, which line to look at, and what to do.
import { BootstrapError } from '../../core/errors.ts';
import { describeTarget, type SshPeer } from '../ssh-target.ts';
import { nowhere } from './known-hosts-files.ts';
import { hostKeyType, keyFingerprint, type HostKeyVerdict, type KnownHostsEntry } from './known-hosts.ts';

type Refusal = Exclude<HostKeyVerdict, { readonly verdict: 'known' }>;

/** The error for a key that the known_hosts files do not vouch for. */
export function hostKeyError(peer: SshPeer, key: Buffer, refusal: Refusal): BootstrapError {
  const { name, address } = peer;
  const shown = shownKey(key);
  switch (refusal.verdict) {
    case 'unknown':
      return refuse(
        { peer, key },
        `the host key of ${name} (${address}) is not known: it shows the ${shown}`,
        unknownHint(peer, refusal.authorities),
      );
    case 'changed':
      return refuse(
        { peer, key },
        `the host key of ${name} (${address}) has CHANGED: it shows the ${shown}, another one is known: ${described(refusal.entries)}`,
        'Somebody may be listening in, or the host was installed anew. Compare the fingerprint with the one on the ' +
          `host's console; if it is right, remove the old line: ${removeCommand(peer, refusal.entries)}`,
      );
    case 'otherType':
      return refuse(
        { peer, key },
        `${name} (${address}) shows the ${shown}, but only other types of key are known, in ${places(refusal.entries)}`,
        peer.knownHostsFiles?.[0] === nowhere
          ? forgetfulHint(peer)
          : `If the fingerprint is right, add the key: ${scanCommand(peer)}`,
      );
    case 'revoked':
      return refuse(
        { peer, key },
        `the host key of ${name} (${address}) is revoked in ${places(refusal.entries)}: ${shown}`,
        'The host needs a new host key.',
      );
  }
}

/** The error for a key that is not the one that the inventory pins. */
export function pinError(peer: SshPeer, key: Buffer, pin: string): BootstrapError {
  const { name, address } = peer;
  const words = pin.split(/\s+/);
  const pinned = words[1] === undefined ? pin : keyFingerprint(Buffer.from(words[1], 'base64'));
  return refuse(
    { peer, key },
    `the host key of ${name} (${address}) is not the one that the inventory pins: it shows the ${shownKey(key)}, hostKey is ${pinned}`,
    'Somebody may be listening in, or the host was installed anew, or the pin is that of another type of key. ' +
      'On the host\'s console, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" shows the right fingerprint.',
  );
}

interface ShownKey {
  readonly peer: SshPeer;
  readonly key: Buffer;
}

function refuse({ peer, key }: ShownKey, message: string, hint: string): BootstrapError {
  const { name, address, port } = peer;
  return new BootstrapError('connect.hostKey', message, {
    where: { host: name },
    hint,
    data: { address, port, fingerprint: keyFingerprint(key) },
  });
}

function shownKey(key: Buffer): string {
  return `${hostKeyType(key) ?? 'unreadable'} key ${keyFingerprint(key)}`;
}

function unknownHint(peer: SshPeer, authorities: readonly KnownHostsEntry[]): string {
  if (peer.knownHostsFiles?.[0] === nowhere) return forgetfulHint(peer);
  const port = peer.port === 22 ? '' : ` -p ${peer.port}`;
  const [file] = peer.knownHostsFiles ?? [];
  const into = file === undefined ? '' : ` -o UserKnownHostsFile=${file}`;
  const log = `log in once with "ssh${into}${port} ${describeTarget({ ...peer, port: 22 })}"`;
  const certificates =
    authorities.length === 0
      ? ''
      : `The @cert-authority line in ${places(authorities)} is not used: host certificates are not supported; pin the key by ssh.hostKey. `;
  return (
    `${certificates}To believe hosts at their first contact, use --accept-new-host-keys. ` +
    `Else compare the fingerprint with the one on the host's console, then ${log} or add it: ${scanCommand(peer)}`
  );
}

/** Commands that add the key to the file would add it nowhere. */
function forgetfulHint({ address, port }: SshPeer): string {
  const option = port === 22 ? '' : `-p ${port} `;
  return (
    `Its known_hosts file is ${nowhere} (UserKnownHostsFile in ssh_config), which remembers nothing. ` +
    'Set ssh.knownHostsFile in the inventory to a file of your own, and run again with --accept-new-host-keys or ' +
    `hostKeyChecking: accept-new; or pin the key by the host's ssh.hostKey. "ssh-keyscan ${option}${address} | ssh-keygen -lf -" ` +
    'shows the fingerprints. With accept-new alone, the host is believed anew in each run.'
  );
}

function scanCommand({ address, port, knownHostsFiles }: SshPeer): string {
  const option = port === 22 ? '' : `-p ${port} `;
  return `ssh-keyscan ${option}${address} >>${knownHostsFiles?.[0] ?? '~/.ssh/known_hosts'}`;
}

function removeCommand(
  { address, port, hostKeyAlias }: SshPeer,
  entries: readonly KnownHostsEntry[],
): string {
  const [entry] = entries;
  const name = hostKeyAlias ?? (port === 22 ? address : `"[${address}]:${port}"`);
  return `ssh-keygen ${entry === undefined ? '' : `-f ${entry.file} `}-R ${name}`;
}

function described(entries: readonly KnownHostsEntry[]): string {
  return entries.map(({ key, file, line }) => `${keyFingerprint(key)} in ${file}:${line}`).join(', ');
}

function places(entries: readonly KnownHostsEntry[]): string {
  return entries.map((entry) => `${entry.file}:${entry.line}`).join(', ');
}
