// Compares what a node's kernel holds with what it must hold.
import { isLinkLocalIpv6, sortByAddress } from '../address.ts';
import type { ExpectedState } from '../expected/expected-state.ts';
import { boundAddresses, dummyInterface, type HostAddresses } from '../host-addresses.ts';
import { formatServiceName } from '../service-name.ts';
import { sortVirtualServers, virtualServerKey, type IpvsTable, type VirtualServer } from '../table/model.ts';
import type { DrainingServer } from './compare-real-servers.ts';
import { compareServer } from './compare-server.ts';
import { makeFinding, proxyLogHint, type Finding } from './finding.ts';
import { ownershipJudge, type ClusterNetworks, type Ownership } from './ownership.ts';

export interface ActualState {
  readonly table: IpvsTable;
  readonly host: HostAddresses;
}

/** A virtual server that is not kube-proxy's. */
export interface ForeignServer {
  readonly server: VirtualServer;
  readonly ownership: Exclude<Ownership, 'kube-proxy'>;
}

export interface Difference {
  /** In the order of their addresses; empty when the node is as it must be. */
  readonly findings: readonly Finding[];
  readonly foreign: readonly ForeignServer[];
  readonly draining: readonly DrainingServer[];
}

/** @param node The node's name, for messages. */
export function compareStates(
  node: string,
  expected: ExpectedState,
  actual: ActualState,
  networks: ClusterNetworks,
): Difference {
  const rest = new Map(actual.table.virtualServers.map((server) => [virtualServerKey(server), server]));
  const compared = expected.virtualServers.map((server) => {
    const key = virtualServerKey(server);
    const real = rest.get(key);
    rest.delete(key);
    return compareServer(node, server, real);
  });
  const judge = ownershipJudge(actual.table, actual.host, networks);
  const unwanted = sortVirtualServers([...rest.values()]).map((server) => ({ server, owner: judge(server) }));
  const extra = unwanted.flatMap(({ server, owner }) =>
    owner === 'kube-proxy' ? [extraServer(node, server)] : [],
  );
  const findings = [
    ...compared.flatMap((one) => one.findings),
    ...extra,
    ...compareBound(node, expected, actual),
  ];
  return {
    findings: sortByAddress(findings, ({ address }) => address ?? ''),
    foreign: unwanted.flatMap(({ server, owner }) =>
      owner === 'kube-proxy' ? [] : [{ server, ownership: owner }],
    ),
    draining: compared.flatMap((one) => one.draining),
  };
}

function extraServer(node: string, server: VirtualServer): Finding {
  const { address, port, protocol } = server;
  const key = virtualServerKey(server);
  return makeFinding({
    kind: 'virtual-server.extra',
    node,
    address,
    port,
    protocol,
    actual: key,
    message: `${node} balances ${key}, but no Service has this address and port`,
    hint: proxyLogHint(node),
  });
}

function compareBound(node: string, expected: ExpectedState, { host }: ActualState): readonly Finding[] {
  const bound = boundAddresses(host);
  if (bound === undefined) return expected.boundAddresses.length === 0 ? [] : [missingInterface(node)];
  const wanted = new Set(expected.boundAddresses.map(({ address }) => address));
  const present = new Set(bound);
  const missing = expected.boundAddresses
    .filter(({ address }) => !present.has(address))
    .map(({ address, owner }) =>
      makeFinding({
        kind: 'address.missing',
        node,
        address,
        owner,
        expected: address,
        message:
          `${node} lacks ${address} (of ${formatServiceName(owner)}) on ${dummyInterface}, ` +
          `so packets to it never reach the load balancer`,
        hint: proxyLogHint(node),
      }),
    );
  const extra = bound
    .filter((address) => !wanted.has(address) && !isLinkLocalIpv6(address))
    .map((address) =>
      makeFinding({
        kind: 'address.extra',
        node,
        address,
        actual: address,
        message: `${node} carries ${address} on ${dummyInterface}, but no Service has this address`,
        hint: `An address added by hand belongs on another interface. kube-proxy takes it away at its next look; from 1.14 to 1.27.1 only when a virtual server goes. By hand: ip addr del ${address} dev ${dummyInterface}`,
      }),
    );
  return [...missing, ...extra];
}

function missingInterface(node: string): Finding {
  return makeFinding({
    kind: 'interface.missing',
    node,
    expected: dummyInterface,
    message: `${node} has no interface ${dummyInterface}, so no Service address is its own`,
    hint: `kube-proxy makes it when it runs in IPVS mode. ${proxyLogHint(node)}`,
  });
}
