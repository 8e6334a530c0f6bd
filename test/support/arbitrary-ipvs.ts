// Random tables for property tests.
import fc from 'fast-check';
import { canonicalIp, parseIp } from '../../src/core/ip.ts';
import {
  realServerKey,
  virtualServerKey,
  type IpvsTable,
  type RealServer,
  type VirtualServer,
} from '../../src/ipvs/table/model.ts';

const address = fc
  .oneof(fc.ipV4(), fc.ipV6())
  .filter((text) => parseIp(text) !== undefined)
  .map(canonicalIp);
const port = fc.integer({ min: 0, max: 65535 });
const count = fc.integer({ min: 0, max: 100_000 });

const realServer: fc.Arbitrary<RealServer> = fc.record({
  address,
  port,
  forwarding: fc.constantFrom('Masq' as const, 'Tunnel' as const, 'Route' as const),
  weight: fc.integer({ min: 0, max: 65535 }),
  active: count,
  inactive: count,
});

const balanced = {
  scheduler: fc.constantFrom('rr', 'wrr', 'lc', 'wlc', 'sh', 'dh', 'sed', 'nq', 'lblc', 'lblcr', 'mh'),
  realServers: fc.uniqueArray(realServer, { selector: realServerKey, maxLength: 5 }),
};

/** Either no persistence, or some seconds. */
const persistence = fc
  .option(fc.integer({ min: 1, max: 86_400 }), { nil: undefined })
  .map((seconds) => (seconds === undefined ? {} : { persistenceSeconds: seconds }));

const virtualServer: fc.Arbitrary<VirtualServer> = fc
  .tuple(
    fc.record({
      protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const),
      address,
      port,
      ...balanced,
    }),
    persistence,
    fc.boolean(),
  )
  // The kernel's listing does not tell the flag of an IPv6 server.
  .map(([server, timeout, ops]) => ({
    ...server,
    ...timeout,
    flags: ops && !server.address.includes(':') ? ['ops'] : [],
  }));

/** Tables with any servers at all. */
export const anyTable: fc.Arbitrary<IpvsTable> = fc.record({
  virtualServers: fc.uniqueArray(virtualServer, { selector: virtualServerKey, maxLength: 8 }),
  markedServers: fc.uniqueArray(
    fc
      .tuple(
        fc.record({ mark: fc.integer({ min: 1, max: 0xffffffff }), flags: fc.constant([]), ...balanced }),
        persistence,
      )
      .map(([server, timeout]) => ({ ...server, ...timeout })),
    { selector: (server) => server.mark, maxLength: 3 },
  ),
});
