// Prints a table as the kernel and ipvsadm do, so that tests can read it back.
import { formatEndpoint, parseIp } from '../../src/core/ip.ts';
import type { IpvsTable, MarkedServer, RealServer, VirtualServer } from '../../src/ipvs/table/model.ts';

const title = 'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n';

/** As /proc/net/ip_vs. */
export function printProc(table: IpvsTable, ticksPerSecond: number): string {
  const lines = all(table).flatMap((server) => [
    `${procPlace(server)} ${server.scheduler} ${procEnd(server, ticksPerSecond)}`,
    ...server.realServers.map(
      (real) =>
        `  -> ${hexPlace(real.address, real.port)}      ${pad(real.forwarding, 7)} ${pad(real.weight, 6)} ` +
        `${pad(real.active, 10)} ${pad(real.inactive, 10)}`,
    ),
  ]);
  return `${title}  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** As `ipvsadm -Ln`. */
export function printListing(table: IpvsTable): string {
  const lines = all(table).flatMap((server) => {
    const ops = server.flags.includes('ops') ? ' ops' : '';
    const flags = server.flags.filter((flag) => flag !== 'ops').join(',');
    const persistent =
      server.persistenceSeconds === undefined ? '' : ` persistent ${server.persistenceSeconds}`;
    const mask = server.persistenceMask === undefined ? '' : ` mask ${server.persistenceMask}`;
    return [
      `${place(server)} ${server.scheduler}${flags === '' ? '' : ` (${flags})`}${persistent}${mask}${ops}`,
      ...server.realServers.map(
        (real) =>
          `  -> ${pad(formatEndpoint(real.address, real.port), 28)} ${pad(real.forwarding, 7)} ` +
          `${pad(real.weight, 6)} ${pad(real.active, 10)} ${pad(real.inactive, 10)}`,
      ),
    ];
  });
  return `${title}  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n${lines.join('\n')}\n`;
}

/** As `ipvsadm -Sn`. */
export function printRules(table: IpvsTable): string {
  return all(table)
    .flatMap((server) => [
      `-A ${rulePlace(server)} ${ruleOptions(server)}`,
      ...server.realServers.map((real) => ruleReal(server, real)),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

type Server = VirtualServer | MarkedServer;

function all({ virtualServers, markedServers }: IpvsTable): readonly Server[] {
  return [...virtualServers, ...markedServers];
}

function procPlace(server: Server): string {
  if ('mark' in server) return `FWM  ${server.mark.toString(16).toUpperCase().padStart(8, '0')}`;
  return `${server.protocol}  ${hexPlace(server.address, server.port)}`;
}

function procEnd(server: Server, ticksPerSecond: number): string {
  const ipv6 = 'address' in server && server.address.includes(':');
  const ops = server.flags.includes('ops') && !ipv6 ? 'ops ' : '';
  const space = ipv6 ? '' : ' ';
  if (typeof server.persistenceSeconds !== 'number') return `${ops}${space}`;
  return `${ops}${space}persistent ${server.persistenceSeconds * ticksPerSecond} ${procMask(server.persistenceMask, ipv6)}`;
}

function procMask(mask: string | undefined, ipv6: boolean): string {
  if (ipv6)
    return Number(mask ?? 128)
      .toString(16)
      .padStart(2, '0')
      .toUpperCase()
      .padEnd(8, '0');
  return hex(mask ?? '255.255.255.255');
}

function hexPlace(address: string, port: number): string {
  const ip = parseIp(address);
  const groups = ip?.value.toString(16).padStart(32, '0').match(/.{4}/g)?.join(':');
  const shown = ip?.family === 6 ? `[${groups}]` : hex(address);
  return `${shown}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}

function hex(address: string): string {
  return parseIp(address)?.value.toString(16).toUpperCase().padStart(8, '0') ?? address;
}

function place(server: Server): string {
  if ('mark' in server) return `FWM  ${server.mark}`;
  return `${pad(server.protocol, 4)} ${formatEndpoint(server.address, server.port)}`;
}

function rulePlace(server: Server): string {
  if ('mark' in server) return `-f ${server.mark}`;
  const option = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' }[server.protocol];
  return `${option} ${formatEndpoint(server.address, server.port)}`;
}

function ruleOptions(server: Server): string {
  const flags = server.flags.filter((flag) => flag !== 'ops').join(',');
  return [
    `-s ${server.scheduler}`,
    ...(server.persistenceSeconds === undefined ? [] : [`-p ${server.persistenceSeconds}`]),
    ...(server.persistenceMask === undefined ? [] : [`-M ${server.persistenceMask}`]),
    ...(server.flags.includes('ops') ? ['-o'] : []),
    ...(flags === '' ? [] : [`-b ${flags}`]),
  ].join(' ');
}

function ruleReal(server: Server, real: RealServer): string {
  const forwarding = { Masq: '-m', Route: '-g', Tunnel: '-i', Local: '-m', Bypass: '-m' }[real.forwarding];
  return `-a ${rulePlace(server)} -r ${formatEndpoint(real.address, real.port)} ${forwarding} -w ${real.weight}`;
}

function pad(value: string | number, width: number): string {
  return String(value).padEnd(width);
}
