// How an address looks in /proc/net/ip_vs where it is balanced, as a basic regular expression.
import { parseIp } from '../../core/ip.ts';

/** Matches the lines of the address's virtual servers, whatever protocol and port: `TCP  0A4D0065:0050 rr`. */
export function virtualServerPattern(address: string): string {
  const { family, value } = parseIp(address) ?? { family: 4, value: 0n };
  if (family === 4) return `^[A-Z]*  *${value.toString(16).toUpperCase().padStart(8, '0')}:`;
  const groups = value.toString(16).padStart(32, '0').match(/.{4}/g) ?? [];
  return `^[A-Z]*  *\\[${groups.join(':')}]:`;
}
