// A node has an address of each family of its lab.
import type { LabNode } from './lab-schema.ts';

/** One, or two with the one first that SSH goes to. */
export function nodeAddresses({
  address,
  secondAddress,
}: Pick<LabNode, 'address' | 'secondAddress'>): readonly string[] {
  return secondAddress === undefined ? [address] : [address, secondAddress];
}
