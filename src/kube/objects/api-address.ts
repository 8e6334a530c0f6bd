// Addresses as API objects have them. API servers up to 1.35 take texts that few programs read; kube-proxy reads them as Go does.
import { isIPv6 } from 'node:net';
import { canonicalIp, formatIp } from '../../core/ip.ts';

/** Canonical text: leading zeros of IPv4 mean nothing, and IPv4 mapped into IPv6 is IPv4. What is no address stays as it is. */
export function apiAddress(text: string): string {
  if (!text.includes(':')) return /^[\d.]+$/.test(text) ? text.replace(/(^|\.)0+(?=\d)/g, '$1') : text;
  return mappedIpv4(text) ?? canonicalIp(text);
}

function mappedIpv4(text: string): string | undefined {
  if (!/ffff:[^%]*$/i.test(text) || !isIPv6(text)) return undefined;
  // However it was written: ::ffff:HHHH:HHHH.
  const [, high, low] = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(new URL(`http://[${text}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return formatIp({ family: 4, value: BigInt(`0x${high}${low.padStart(4, '0')}`) });
}
