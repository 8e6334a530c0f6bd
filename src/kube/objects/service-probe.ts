// How a Service proves that it answers, as an inventory says it.

/** `none`: it is not asked at all. `udp` is text, `udpHex` bytes as hexadecimal digits; any answer to them counts. */
export type ServiceProbe =
  'tcp' | 'none' | { readonly http: string } | { readonly udp: string } | { readonly udpHex: string };

/** The bytes that a probe sends by UDP, as hexadecimal digits. */
export function probeBytes(probe: { readonly udp: string } | { readonly udpHex: string }): string {
  return 'udp' in probe ? Buffer.from(probe.udp, 'utf8').toString('hex') : probe.udpHex.toLowerCase();
}

/** What one packet can carry on any network that takes IPv6. */
export const mostProbeBytes = 1200;

export const httpPath = /^\/[!-~]*$/;
export const hexBytes = /^([0-9a-fA-F]{2})+$/;
