// Errors on the way through bastions: they name the bastion and the host behind it.
import { BootstrapError } from '../../core/errors.ts';
import { lost } from '../shell/run-failure.ts';
import { describeTarget, type SshPeer } from '../ssh-target.ts';

/** RFC 4254: the codes with which a server refuses to open a channel. */
const administrativelyProhibited = 1;

/** An error of a bastion as the error of a host behind it. */
export function behindBastion(host: string, error: BootstrapError): BootstrapError {
  if (error.code === 'interrupted') return error;
  const bastion = error.where !== undefined && 'host' in error.where ? error.where.host : undefined;
  return error.with({
    data: { ...error.data, bastion },
    message: `the way to ${host} goes through a bastion that lets nobody through: ${error.message}`,
    where: { host },
  });
}

/** The error when a bastion is there and opens no way to the next server. */
export function bastionRefusal(
  bastion: SshPeer,
  peer: SshPeer,
  cause: unknown,
  loss: Error | undefined,
): BootstrapError {
  if (loss !== undefined)
    return lost(peer.name, `the connection to ${bastion.name} on the way was lost`, loss);
  const why =
    cause instanceof Error ? cause.message.replace('(SSH) Channel open failure: ', '') : String(cause);
  const { reason } = cause as { readonly reason?: unknown };
  const details = { where: { host: peer.name }, cause };
  if (reason === administrativelyProhibited) {
    return new BootstrapError(
      'connect.unreachable',
      `${bastion.name} lets nobody connect from there to ${peer.name} (${describeTarget(peer)}): ${why}`,
      { ...details, hint: 'Its sshd must allow it: see AllowTcpForwarding and PermitOpen there.' },
    );
  }
  const isRefused = /refused/i.test(why);
  return new BootstrapError(
    isRefused ? 'connect.refused' : 'connect.unreachable',
    `${bastion.name} cannot reach ${peer.name} (${describeTarget(peer)}): ${why}`,
    {
      ...details,
      hint: isRefused
        ? `Is sshd running on ${peer.address}, and is the port right?`
        : `Is the address right, as seen from ${bastion.name}?`,
    },
  );
}
