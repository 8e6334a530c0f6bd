// How many failed hosts a run puts up with: a number, or a share of its hosts.

export type FailureLimit = { readonly hosts: number } | { readonly percent: number };

/** The limit in hosts. A share is rounded down, so that it is never exceeded: 50 % of 11 hosts are 5. */
export function failuresAllowed(limit: FailureLimit, hosts: number): number {
  // Whole numbers only: nothing is lost before the division.
  return 'hosts' in limit ? limit.hosts : Math.floor((limit.percent * hosts) / 100);
}
