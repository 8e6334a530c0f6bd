// Compares the real servers of one virtual server with the endpoints they must be.
import type { ExpectedServer } from '../expected/expected-state.ts';
import { realServerKey, virtualServerKey, type RealServer } from '../table/model.ts';
import { describeServer, type Finding, type FindingParts } from './finding.ts';

/** A real server on its way out: weight 0, kept until its connections have ended. */
export interface DrainingServer {
  readonly virtualServer: string;
  readonly realServer: string;
  /** Connections in any state. */
  readonly connections: number;
}

/** The differences of one virtual server. */
export interface ServerDifference {
  readonly findings: readonly Finding[];
  readonly draining: readonly DrainingServer[];
}

/** Makes a finding about one virtual server; its place and a hint are filled in. */
export type Report = (parts: Omit<FindingParts, 'node' | 'hint'> & { readonly hint?: string }) => Finding;

/** One virtual server of a node, and how to tell what is found of it. */
interface Compared {
  readonly node: string;
  readonly expected: ExpectedServer;
  readonly report: Report;
}

export function compareRealServers(compared: Compared, actual: readonly RealServer[]): ServerDifference {
  const { expected } = compared;
  const rest = new Map(actual.map((server) => [realServerKey(server), server]));
  const findings = expected.realServers.flatMap((server) => {
    const key = realServerKey(server);
    const real = rest.get(key);
    rest.delete(key);
    if (real === undefined && isReplaced(expected, server, actual)) return [];
    return compareReal(compared, key, real);
  });
  const unwanted = [...rest.values()];
  return {
    findings: [
      ...findings,
      ...unwanted.filter(({ weight }) => weight > 0).map((server) => extraReal(compared, server)),
    ],
    draining: unwanted
      .filter(({ weight }) => weight === 0)
      .map((server) => ({
        virtualServer: virtualServerKey(expected),
        realServer: realServerKey(server),
        connections: server.active + server.inactive,
      })),
  };
}

/** By another port of the same address, where kube-proxy takes only one. */
function isReplaced(
  { takesOnePortPerAddress = false }: ExpectedServer,
  { address }: Pick<RealServer, 'address'>,
  actual: readonly RealServer[],
): boolean {
  return takesOnePortPerAddress && actual.some((server) => server.address === address);
}

function compareReal(
  { node, expected, report }: Compared,
  key: string,
  real: RealServer | undefined,
): readonly Finding[] {
  if (real === undefined) {
    const message = `${node} sends nothing of ${describeServer(expected)} to ${key}, which is a ready endpoint`;
    return [report({ kind: 'real-server.missing', realServer: key, expected: key, message })];
  }
  const findings: Finding[] = [];
  if (real.weight <= 0) {
    findings.push(
      report({
        kind: 'real-server.weight-zero',
        realServer: key,
        expected: '1',
        actual: String(real.weight),
        message: `${node} sends no new connections of ${describeServer(expected)} to the ready endpoint ${key}: its weight is ${real.weight}`,
        hint: `kube-proxy may have forgotten it while it was being drained. Take the real server away (ipvsadm -d): kube-proxy adds it anew`,
      }),
    );
  }
  // Old kernels show a real server on the node itself as Local.
  if (real.forwarding !== 'Masq' && real.forwarding !== 'Local') {
    const message = `${node} reaches ${key} of ${describeServer(expected)} by ${real.forwarding}; kube-proxy uses Masq`;
    findings.push(
      report({
        kind: 'real-server.forwarding',
        realServer: key,
        expected: 'Masq',
        actual: real.forwarding,
        message,
      }),
    );
  }
  return findings;
}

function extraReal({ node, expected, report }: Compared, real: RealServer): Finding {
  const key = realServerKey(real);
  return report({
    kind: 'real-server.extra',
    realServer: key,
    actual: key,
    message: `${node} sends connections of ${describeServer(expected)} to ${key}, which is no ready endpoint`,
  });
}
