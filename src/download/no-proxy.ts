// Which hosts are reached without the proxy, in the words of the environment variable no_proxy.
import { canonicalIp, parseCidr, parseIp, rangeContains } from '../core/ip.ts';

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Whether one of the entries is for a URL's host: `*`, an address, a CIDR, or a name, which is for all names below it
 * too; a name or an address may have a port.
 */
export function goesDirectly(url: URL, noProxy: readonly string[]): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? defaultPorts[url.protocol] : url.port;
  return noProxy.some((entry) => covers(entry.trim().toLowerCase(), host, port));
}

function covers(entry: string, host: string, port: string | undefined): boolean {
  if (entry === '*') return true;
  const address = parseIp(host);
  const network = parseCidr(entry);
  if (network !== undefined) return address !== undefined && rangeContains(network, address);
  const [name, wantedPort] = splitPort(entry);
  if (name === '' || (wantedPort !== undefined && wantedPort !== port)) return false;
  if (address !== undefined) return canonicalIp(name) === canonicalIp(host);
  return host === name || host.endsWith(`.${name}`);
}

/** The host without brackets and dots in front, and the port. */
function splitPort(entry: string): [name: string, port: string | undefined] {
  if (parseIp(entry) !== undefined) return [entry, undefined];
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return [name.replace(/^\*?\.|^\[|\]$/g, ''), port];
}
