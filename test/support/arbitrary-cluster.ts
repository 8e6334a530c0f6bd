// Random clusters: Services, endpoints and settings that could be real, for property tests of verify.
import fc from 'fast-check';
import type { Protocol } from '../../src/core/protocol.ts';
import type { ExpectedInput } from '../../src/ipvs/expected/expected-state.ts';
import { proxyRules } from '../../src/ipvs/expected/proxy-rules.ts';
import type { Endpoint } from '../../src/kube/objects/endpoint-view.ts';
import type { Service } from '../../src/kube/objects/service-view.ts';
import { host } from './services.ts';

interface Shape {
  readonly namespace: string;
  readonly ports: readonly { readonly protocol: Protocol; readonly nodePort: boolean }[];
  readonly external: boolean;
  readonly affinity: boolean;
  readonly local: boolean;
  readonly endpoints: readonly { readonly here: boolean; readonly ready: boolean }[];
}

const shape: fc.Arbitrary<Shape> = fc.record({
  namespace: fc.constantFrom('user-a-ns', 'user-b-ns', 'kube-system'),
  ports: fc.array(
    fc.record({
      protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const),
      nodePort: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  external: fc.boolean(),
  affinity: fc.boolean(),
  local: fc.boolean(),
  endpoints: fc.array(fc.record({ here: fc.boolean(), ready: fc.boolean() }), { maxLength: 4 }),
});

/** Inputs of the expected table. Every address and port has one owner; there is at least one ready endpoint. */
export const anyCluster: fc.Arbitrary<ExpectedInput> = fc
  .record({
    shapes: fc.array(shape, { minLength: 1, maxLength: 6 }),
    minor: fc.integer({ min: 11, max: 30 }),
    scheduler: fc.constantFrom('rr', 'wrr', 'lc', 'sh'),
  })
  .filter(({ shapes }) => shapes.some(({ endpoints }) => endpoints.some(({ ready }) => ready)))
  .map(({ shapes, minor, scheduler }) => ({
    node: 'worker1',
    services: shapes.map(makeService),
    endpoints: shapes.flatMap(makeEndpoints),
    host: host(),
    settings: { scheduler, nodePortAddresses: [] },
    rules: proxyRules({ major: 1, minor, patch: 9 }),
  }));

function makeService({ namespace, ports, external, affinity, local }: Shape, index: number): Service {
  return {
    namespace,
    name: `service-${index}`,
    type: 'NodePort',
    clusterIPs: [`10.96.1.${index}`],
    externalIPs: external ? [`10.77.0.${100 + index}`] : [],
    loadBalancerIPs: [],
    ports: ports.map(({ protocol, nodePort }, at) => ({
      name: `port-${at}`,
      protocol,
      port: 80 + at,
      nodePort: nodePort ? 30_000 + index * 10 + at : null,
    })),
    affinitySeconds: affinity ? 10_800 : null,
    isExternalTrafficLocal: local,
    isInternalTrafficLocal: false,
    isOfOtherProxy: false,
    isMarkedHeadless: false,
    topologyAwareHints: null,
    topologyMode: null,
  };
}

function makeEndpoints({ namespace, ports, endpoints }: Shape, index: number): readonly Endpoint[] {
  return endpoints.flatMap(({ here, ready }, number) =>
    ports.map(({ protocol }, at) => ({
      namespace,
      service: `service-${index}`,
      portName: `port-${at}`,
      protocol,
      address: `10.244.${index}.${10 + number}`,
      port: 8080 + at,
      node: here ? 'worker1' : 'master1',
      pod: null,
      isReady: ready,
      isServing: ready,
      isTerminating: false,
      zoneHints: [],
      nodeHints: [],
    })),
  );
}
