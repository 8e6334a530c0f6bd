// The addresses that a part of keepalived's configuration binds, read back from its text.
import { canonicalIp } from '../../core/ip.ts';

export interface HeldAddress {
  readonly address: string;
  readonly interface: string;
}

/** Reads the lines `ADDRESS/PREFIX dev INTERFACE`, whatever else they say of the address. */
export function heldAddresses(text: string): readonly HeldAddress[] {
  return [...text.matchAll(/^\s*([0-9A-Fa-f:.]+)\/\d+ dev (\S+)(?: .*)?$/gm)].map(
    ([, address = '', device = '']) => ({ address: canonicalIp(address), interface: device }),
  );
}
