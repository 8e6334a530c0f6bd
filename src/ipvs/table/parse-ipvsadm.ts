// Reads what ipvsadm prints: `ipvsadm -Ln` (a listing for people) and `ipvsadm -Sn` (commands that rebuild the table).
import { defined } from '../../core/defined.ts';
import { canonicalIp } from '../../core/ip.ts';
import { splitEndpoint } from '../address.ts';
import type { Forwarding, IpvsTable, RealServer } from './model.ts';
import { joinLines, type ServerPlace, type TableLine } from './table-reader.ts';

/**
 * Reads `ipvsadm -Ln`.
 * @throws Error for a line that is none of it.
 */
export function parseIpvsadmListing(text: string): IpvsTable {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !isTitle(line));
  return joinLines(lines.map(parseListingLine));
}

/**
 * Reads `ipvsadm -Sn`.
 * @throws Error for a line that is none of it.
 */
export function parseIpvsadmRules(text: string): IpvsTable {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return joinLines(lines.map(parseRule));
}

function isTitle(line: string): boolean {
  return /^(IP Virtual Server|Prot LocalAddress|\s*-> RemoteAddress)/.test(line);
}

function parseListingLine(line: string): TableLine {
  const real = /^ *-> (\S+) +(Masq|Tunnel|Route|Local|Bypass) +(\d+) +(\d+) +(\d+)\s*$/.exec(line);
  if (real !== null) {
    const [, place = '', forwarding, weight, active, inactive] = real;
    const counts = { weight: Number(weight), active: Number(active), inactive: Number(inactive) };
    return {
      kind: 'real',
      realServer: { ...endpoint(place, line), forwarding: forwarding as Forwarding, ...counts },
    };
  }
  const [protocol = '', place = '', scheduler = '', ...words] = line
    .trim()
    .replace(/^(FWM +\d+) IPv6/, '$1')
    .split(/ +/);
  const persistent = words.indexOf('persistent');
  const mask = words.indexOf('mask');
  const listed = words.find((word) => word.startsWith('('));
  return {
    kind: 'server',
    server: {
      ...serverPlace(protocol, place, line),
      scheduler,
      flags: [...(words.includes('ops') ? ['ops'] : []), ...splitFlags(listed?.replace(/[()]/g, ''))],
      ...defined({
        persistenceSeconds: persistent < 0 ? undefined : Number(words[persistent + 1]),
        persistenceMask: mask < 0 ? undefined : words[mask + 1],
      }),
    },
  };
}

const protocolOptions: Readonly<Record<string, string>> = {
  '-t': 'TCP',
  '-u': 'UDP',
  '--sctp-service': 'SCTP',
  '-f': 'FWM',
};
const forwardingOptions: Readonly<Record<string, Forwarding>> = {
  '-m': 'Masq',
  '-g': 'Route',
  '-i': 'Tunnel',
};

function parseRule(line: string): TableLine {
  const [command, protocolOption = '', place = '', ...words] = line.trim().split(/ +/);
  const option = (name: string): string | undefined =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  if (command === '-A') {
    const timeout = option('-p');
    const mask = option('-M');
    const server = {
      ...serverPlace(protocolOptions[protocolOption] ?? '', place, line),
      scheduler: option('-s') ?? '',
      flags: [...(words.includes('-o') ? ['ops'] : []), ...splitFlags(option('-b'))],
      ...defined({
        persistenceSeconds: timeout === undefined ? undefined : Number(timeout),
        persistenceMask: mask,
      }),
    };
    return { kind: 'server', server };
  }
  if (command === '-a') return { kind: 'real', realServer: ruleServer(words, option, line) };
  throw new Error(`not understood: ${line}`);
}

function ruleServer(
  words: readonly string[],
  option: (name: string) => string | undefined,
  line: string,
): RealServer {
  const forwarding = words.map((word) => forwardingOptions[word]).find((found) => found !== undefined);
  if (forwarding === undefined) throw new Error(`not understood: ${line}`);
  const place = endpoint(option('-r') ?? '', line);
  return { ...place, forwarding, weight: Number(option('-w') ?? 1), active: 0, inactive: 0 };
}

function serverPlace(protocol: string, place: string, line: string): ServerPlace {
  if (protocol === 'FWM' && /^\d+$/.test(place)) return { mark: Number(place) };
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP')
    throw new Error(`not understood: ${line}`);
  return { protocol, ...endpoint(place, line) };
}

function endpoint(text: string, line: string): { address: string; port: number } {
  const place = splitEndpoint(text);
  if (place === undefined) throw new Error(`not an address and port: ${line}`);
  return { address: canonicalIp(place.address), port: place.port };
}

function splitFlags(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',');
}
