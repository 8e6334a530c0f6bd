// Turns a request into the bytes that the resident loop reads. Pure.
import { BootstrapError } from '../../core/errors.ts';

/** Closes a command's stdin; see `residentLoop`. */
export const bodyTrailer = Buffer.from('.\n');

/**
 * The header line and the lines of the command; `bodyLength` bytes of stdin and `bodyTrailer` follow when it is not 0.
 * @param onlyAfterSuccess leave the command out unless the one before it exited with 0
 * @throws BootstrapError `internal` for a NUL byte, which a shell cannot read.
 */
export function encodeHead(
  id: number,
  command: string,
  bodyLength: number,
  onlyAfterSuccess = false,
): Buffer {
  if (command.includes('\0')) throw new BootstrapError('internal', 'a command contains a NUL byte');
  const lines = command.split('\n');
  const condition = onlyAfterSuccess ? ' 1' : '';
  const header = `${id} ${lines.length} ${bodyLength}${condition}`;
  return Buffer.from(`${header}\n${lines.join('\n')}\n`);
}

/** A whole request whose stdin is at hand. */
export function encodeRequest(
  id: number,
  command: string,
  stdin: Uint8Array,
  onlyAfterSuccess = false,
): Buffer {
  const head = encodeHead(id, command, stdin.length, onlyAfterSuccess);
  return stdin.length === 0 ? head : Buffer.concat([head, stdin, bodyTrailer]);
}
