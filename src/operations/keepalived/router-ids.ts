// VRRP's numbers for addresses: two on one interface must differ, and all hosts must come to the same.
import { parseIp } from '../../core/ip.ts';

const count = 255n;

/** The number of a single address, from 1 to 255. */
export function routerId(address: string): number {
  return Number((parseIp(address)?.value ?? 0n) % count) + 1;
}

/**
 * The numbers of several addresses, each the next free one from its own on, so that most keep theirs when others come
 * and go. At most 254 addresses where one number is taken.
 */
export function routerIds(
  addresses: readonly string[],
  taken: readonly number[],
): ReadonlyMap<string, number> {
  const used = new Set(taken);
  return new Map(
    addresses.map((address) => {
      let id = routerId(address);
      while (used.has(id) && used.size < Number(count)) id = (id % Number(count)) + 1;
      used.add(id);
      return [address, id];
    }),
  );
}
