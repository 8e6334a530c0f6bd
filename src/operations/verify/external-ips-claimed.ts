// Whose Services claim which outside addresses: any user who may make a Service may name any address.
import { z } from 'zod';
import { canonicalIp, splitNetworks } from '../../core/ip.ts';
import { cidrMatcher } from '../../ipvs/address.ts';
import { formatServiceName } from '../../ipvs/service-name.ts';
import { viewNodes } from '../../kube/objects/node-view.ts';
import type { KubernetesObject } from '../../kube/objects/object.ts';
import { viewServices, type Service } from '../../kube/objects/service-view.ts';
import { clusterArg, type ClusterArg } from '../args/cluster.ts';
import { poolArg, poolMatcher } from '../args/networks.ts';
import { apiNeeds, apiOf, withApi } from '../args/with-api.ts';
import { workloadArgs } from '../args/workloads.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged, type Plan, type Problem } from '../operation.ts';

const args = z.strictObject({
  cluster: clusterArg,
  externalIPs: poolArg,
  workloads: workloadArgs.shape.workloads.default([]),
});

export const externalIPsClaimed = defineOperation({
  name: 'external-ips.claimed',
  summary:
    'Compares the outside addresses that Services claim with the pool, the namespaces that own its addresses, and what no Service may claim.',
  args,
  example: `
- name: Look for Services that claim addresses of others
  op: external-ips.claimed
  on: first-control-plane
  with:
    cluster: \${{ cluster }}
    externalIPs: \${{ externalIPs }}
    workloads: \${{ workloads }}
`,
  problemCode: 'verify.drift',
  needs: ({ cluster }) => apiNeeds(apiOf(cluster)),
  plan: (wanted, facts) =>
    withApi(apiOf(wanted.cluster), facts, (objects) => judgeClaims(wanted, objects), unchanged),
});

type Args = z.output<typeof args>;

function judgeClaims(wanted: Args, objects: readonly KubernetesObject[]): Plan {
  const nodes = viewNodes(objects).flatMap(({ name, addresses }) =>
    addresses.map((address): readonly [string, string] => [canonicalIp(address), `node ${name}`]),
  );
  const rules = claimRules(wanted, new Map([...nodes, ...inventoryAddresses(wanted.cluster)]));
  const claims = viewServices(objects).flatMap(claimsOf);
  return {
    steps: [],
    problems: claims.flatMap((claim) => refuse(claim, rules)),
    warnings: claims.flatMap((claim) => doubtOf(claim, rules)),
  };
}

interface Claim {
  readonly service: Service;
  readonly address: string;
  /** Named by whoever made the Service; otherwise a load balancer has given it. */
  readonly isNamed: boolean;
}

function claimsOf(service: Service): readonly Claim[] {
  const claims = (addresses: readonly string[], isNamed: boolean): readonly Claim[] =>
    addresses.map((address) => ({ service, address: canonicalIp(address), isNamed }));
  return [...claims(service.externalIPs, true), ...claims(service.loadBalancerIPs, false)];
}

interface ClaimRules {
  /** Machines by address, with what they are. */
  readonly machines: ReadonlyMap<string, string>;
  /** Namespaces by address, as the inventory gives them. */
  readonly owners: ReadonlyMap<string, string>;
  readonly hasPool: boolean;
  readonly isInPool: (address: string) => boolean;
  readonly isClusterAddress: (address: string) => boolean;
}

function claimRules(
  { cluster, externalIPs, workloads }: Args,
  machines: ReadonlyMap<string, string>,
): ClaimRules {
  const owned = workloads.flatMap(({ namespace, services }) =>
    services.flatMap((service) =>
      service.externalIPs.map((address): readonly [string, string] => [canonicalIp(address), namespace]),
    ),
  );
  const { pods, services } = cluster.network;
  return {
    machines,
    owners: new Map(owned),
    hasPool: externalIPs !== null,
    isInPool: poolMatcher(externalIPs),
    isClusterAddress: cidrMatcher([pods, services].flatMap(splitNetworks)),
  };
}

function inventoryAddresses({ nodes, controlPlane }: ClusterArg): readonly (readonly [string, string])[] {
  const { vip } = controlPlane;
  return [
    ...nodes.flatMap(({ name, addresses }) => addresses.map((address) => [address, `node ${name}`] as const)),
    ...(vip === null ? [] : [[vip.address, 'the API server'] as const]),
  ];
}

const takeAway =
  'Take the address from that Service. Whoever may make Services may name any address (CVE-2020-8554): an admission policy for externalIPs keeps them to their own';

function refuse({ service, address }: Claim, rules: ClaimRules): readonly Problem[] {
  const name = formatServiceName(service);
  const { namespace, name: serviceName } = service;
  const about = { node: null, address, actual: name, owner: { namespace, name: serviceName } };
  const machine = rules.machines.get(address);
  if (machine !== undefined) {
    const message = `the Service ${name} claims ${address}, the address of ${machine}: the other nodes take it for their own`;
    return [drift({ kind: 'claim.node-address', ...about, expected: machine, message, hint: takeAway })];
  }
  if (rules.isClusterAddress(address)) {
    const message = `the Service ${name} claims ${address}, which lies in the cluster's own networks: it takes the traffic of whoever has the address there`;
    return [drift({ kind: 'claim.cluster-network', ...about, message, hint: takeAway })];
  }
  const owner = rules.owners.get(address);
  if (owner === undefined || owner === namespace) return [];
  const message = `the Service ${name} claims ${address}, which the inventory gives to the namespace ${owner}, not to ${namespace}`;
  return [drift({ kind: 'claim.other-namespace', ...about, expected: owner, message, hint: takeAway })];
}

/** What is no fault by itself. What a load balancer gives out from elsewhere is its own business. */
function doubtOf(claim: Claim, rules: ClaimRules): readonly string[] {
  const { service, address, isNamed } = claim;
  if (!rules.hasPool || refuse(claim, rules).length > 0) return [];
  const name = formatServiceName(service);
  if (!rules.isInPool(address)) {
    return isNamed ? [`the Service ${name} claims ${address}, which is not in the inventory's pool`] : [];
  }
  if (rules.owners.has(address)) return [];
  return [`the Service ${name} claims ${address} of the pool, which the inventory gives to no namespace`];
}
