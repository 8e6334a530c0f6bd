// Opens the TCP connection under an SSH connection.
import { connect, type Socket } from 'node:net';
import { BootstrapError } from '../../core/errors.ts';
import { describeTarget, type SshPeer } from '../ssh-target.ts';

/** Connects; the caller bounds the time by `signal`, with whose reason this rejects. */
export function openSocket(peer: SshPeer, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: peer.address, port: peer.port });
    // Small packets go at once: a request waits for its answer.
    socket.setNoDelay(true);
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    const fail = (cause: NodeJS.ErrnoException): void => {
      settle();
      reject(socketError(peer, cause));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}

function socketError(peer: SshPeer, cause: NodeJS.ErrnoException): BootstrapError {
  const { name, address, port } = peer;
  const details = { where: { host: name }, cause, data: { address, port } };
  switch (cause.code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return new BootstrapError('connect.refused', `${name} (${describeTarget(peer)}) refuses connections`, {
        ...details,
        hint: `Nothing listens on ${address} port ${port}: is sshd running there, and is the port right? If it boots, ssh.bootTimeout in the inventory says how long to wait for it.`,
      });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new BootstrapError('connect.unresolved', `the name ${address} of ${name} has no address`, {
        ...details,
        hint: 'Give an IP address in the inventory, or make the name resolvable.',
      });
    case 'ETIMEDOUT':
      return new BootstrapError(
        'connect.timeout',
        `${name} (${describeTarget(peer)}) does not answer`,
        details,
      );
    default:
      return new BootstrapError(
        'connect.unreachable',
        `${name} (${describeTarget(peer)}) cannot be reached: ${cause.message}`,
        { ...details, hint: `Is there a route to ${address}, and does no firewall forbid it?` },
      );
  }
}
