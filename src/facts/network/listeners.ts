// Who listens on TCP ports.
import { cmd, type Command } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface Listener {
  readonly port: number;
  /** The process, cut off by the kernel at 15 characters; empty when it cannot be seen. */
  readonly process: string;
  readonly pid: number | null;
}

/** `null` when the host has no `ss`. */
export const listeners: Fact<readonly Listener[] | null, { readonly ports: readonly number[] }> = {
  name: 'host.listeners',
  scope: 'host',
  probe: ({ ports }) => listen(ports.map((port) => `sport = :${port}`).join(' or ')),
  parse({ stdout }) {
    if (stdout.startsWith('none')) return null;
    const lines = stdout.split('\n').filter((line) => line.startsWith('LISTEN'));
    const found = lines.map(readListener);
    // One service often listens twice, for IPv4 and IPv6.
    return found.filter((one, index) => found.findIndex((other) => isSame(one, other)) === index);
  },
};

function listen(filter: string): Command {
  return cmd`if command -v ss >/dev/null; then ss -ltnp ${filter}; else echo none; fi`;
}

function readListener(line: string): Listener {
  const port = /^LISTEN +\d+ +\d+ +\S*:(\d+) /.exec(line)?.[1];
  if (port === undefined) throw new Error(`unexpected answer: ${line}`);
  const [, process = '', pid] = /users:\(\("([^"]*)",pid=(\d+)/.exec(line) ?? [];
  return { port: Number(port), process, pid: pid === undefined ? null : Number(pid) };
}

function isSame(one: Listener, other: Listener): boolean {
  return one.port === other.port && one.pid === other.pid;
}
