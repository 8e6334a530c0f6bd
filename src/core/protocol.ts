// The protocols that Services and IPVS balance.

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
