// Reads /proc/net/ip_vs: the kernel's own listing, with hexadecimal addresses and times in kernel ticks.
import { isIPv6 } from 'node:net';
import { defined } from '../../core/defined.ts';
import { canonicalIp } from '../../core/ip.ts';
import type { Protocol } from '../../core/protocol.ts';
import type { Forwarding, IpvsTable, RealServer } from './model.ts';
import { joinLines, type ServerHead, type ServerPlace, type TableLine } from './table-reader.ts';

const serverLine = /^(TCP|UDP|SCTP) +(\S+):([0-9A-F]{4}) (.*)$/;
const markLine = /^FWM +([0-9A-F]{8}) (.*)$/;
const realLine = /^ +-> (\S+):([0-9A-F]{4}) +([A-Z]\w+) +(-?\d+) +(\d+) +(\d+) *$/;
const forwardings: readonly string[] = ['Masq', 'Tunnel', 'Route', 'Local', 'Bypass'];

/**
 * @param ticksPerSecond The kernel's tick rate (CONFIG_HZ), in which it writes persistence; without it, that is `unknown`.
 * @throws Error for text that is not such a listing.
 */
export function parseProcIpVs(text: string, ticksPerSecond?: number): IpvsTable {
  const [title, ...rest] = text.split('\n');
  if (title?.startsWith('IP Virtual Server version') !== true) throw new Error('not a listing of ip_vs');
  const lines = rest.slice(2).filter((line) => line.trim() !== '');
  return joinLines(lines.map((line) => parseLine(line, ticksPerSecond)));
}

function parseLine(line: string, ticksPerSecond?: number): TableLine {
  const real = realLine.exec(line);
  if (real !== null) return { kind: 'real', realServer: realServer(real, line) };
  const server = serverLine.exec(line);
  const mark = markLine.exec(line);
  const words = (server?.[4] ?? mark?.[2] ?? '').split(' ').filter((word) => word !== '');
  const [scheduler] = words;
  if (scheduler === undefined) throw new Error(`not understood: ${line}`);
  const common = { scheduler, flags: flags(words), ...persistence(words, ticksPerSecond, server?.[2] ?? '') };
  return { kind: 'server', server: { ...head(server, mark, line), ...common } };
}

function head(server: RegExpExecArray | null, mark: RegExpExecArray | null, line: string): ServerPlace {
  if (server === null) return { mark: parseInt(mark?.[1] ?? '', 16) };
  return {
    protocol: server[1] as Protocol,
    address: hexAddress(server[2] ?? '', line),
    port: parseInt(server[3] ?? '', 16),
  };
}

function realServer(match: RegExpExecArray, line: string): RealServer {
  const [, address = '', port = '', forwarding = '', weight, active, inactive] = match;
  if (!forwardings.includes(forwarding)) throw new Error(`unknown forwarding method: ${line}`);
  return {
    address: hexAddress(address, line),
    port: parseInt(port, 16),
    forwarding: forwarding as Forwarding,
    weight: Number(weight),
    active: Number(active),
    inactive: Number(inactive),
  };
}

function flags(words: readonly string[]): readonly string[] {
  return words[1] === 'ops' ? ['ops'] : [];
}

function persistence(
  words: readonly string[],
  ticksPerSecond: number | undefined,
  address: string,
): Pick<ServerHead, 'persistenceSeconds' | 'persistenceMask'> {
  const at = words.indexOf('persistent');
  if (at < 0) return {};
  const ticks = Number(words[at + 1]);
  const seconds = ticksPerSecond === undefined ? ('unknown' as const) : Math.round(ticks / ticksPerSecond);
  const mask = address.startsWith('[') ? ipv6Mask(words[at + 2] ?? '') : ipv4Mask(words[at + 2] ?? '');
  return defined({ persistenceSeconds: seconds, persistenceMask: mask });
}

/** The whole address is the default and not worth saying. */
function ipv4Mask(hex: string): string | undefined {
  return hex === 'FFFFFFFF' ? undefined : ipv4Address(hex);
}

/** For IPv6 the kernel keeps a prefix length in host byte order and prints it swapped: 128 comes as 80000000. */
function ipv6Mask(hex: string): string | undefined {
  const length = parseInt(hex.match(/../g)?.toReversed().join('') ?? '', 16);
  return length === 128 ? undefined : String(length);
}

/** `0A600001`, or an IPv6 address in brackets. */
function hexAddress(text: string, line: string): string {
  if (/^[0-9A-F]{8}$/.test(text)) return ipv4Address(text);
  const address = /^\[(.*)\]$/.exec(text)?.[1] ?? '';
  if (!isIPv6(address)) throw new Error(`not an address: ${line}`);
  return canonicalIp(address);
}

function ipv4Address(hex: string): string {
  const value = parseInt(hex, 16);
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
