// The protocols that Services and IPVS balance.

export const protocols = ['TCP', 'UDP', 'SCTP'] as const;

export type Protocol = (typeof protocols)[number];
