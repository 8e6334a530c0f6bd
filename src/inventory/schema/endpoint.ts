// The address of the Kubernetes API as `HOST:PORT`, with brackets around IPv6.
import { formatIp, parseIp } from '../../core/ip.ts';

/** The port of the API server where none is given. */
export const apiPort = 6443;

export interface Endpoint {
  /** A host name, or an address in canonical form without brackets. */
  readonly host: string;
  readonly port: number;
}

const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;

const pattern = /^(?:\[(?<bracketed>[^\]]*)\]|(?<name>[^:]*))(?::(?<port>\d{1,5}))?$/;

/** Reads `HOST`, `HOST:PORT`, `IPV6` or `[IPV6]:PORT`; undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const { bracketed, name = text, port: portText } = pattern.exec(text)?.groups ?? {};
  const port = portText === undefined ? apiPort : Number(portText);
  if (port < 1 || port > 65_535) return undefined;
  const written = bracketed ?? name;
  const address = parseIp(written);
  if (address !== undefined) return { host: formatIp(address), port };
  return bracketed === undefined && isDnsName(written) ? { host: written.toLowerCase(), port } : undefined;
}

/** Not what is made of digits and dots alone: that is a mistyped address. */
function isDnsName(text: string): boolean {
  return text.length <= 253 && dnsName.test(text) && !/^[\d.]+$/.test(text);
}
