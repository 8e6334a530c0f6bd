// Compares one virtual server with what it must be.
import type { ExpectedServer } from '../expected/expected-state.ts';
import { formatServiceName } from '../service-name.ts';
import { virtualServerKey, type VirtualServer } from '../table/model.ts';
import { compareRealServers, type Report, type ServerDifference } from './compare-real-servers.ts';
import { describeServer, makeFinding, proxyLogHint, type Finding } from './finding.ts';

export function compareServer(
  node: string,
  expected: ExpectedServer,
  actual: VirtualServer | undefined,
): ServerDifference {
  const { address, port, protocol, owners } = expected;
  const report: Report = (parts) =>
    makeFinding({ node, address, port, protocol, owner: owners[0], hint: proxyLogHint(node), ...parts });
  if (actual === undefined) return { findings: [missing(node, expected, report)], draining: [] };
  if (owners.length > 1) return { findings: [contested(node, expected, report)], draining: [] };
  const real = compareRealServers({ node, expected, report }, actual.realServers);
  return {
    findings: [...compareSettings(node, expected, actual, report), ...real.findings],
    draining: real.draining,
  };
}

function missing(node: string, expected: ExpectedServer, report: Report): Finding {
  const key = virtualServerKey(expected);
  const taken =
    expected.kind === 'external-ip' || expected.kind === 'node-port'
      ? `. A program that listens on port ${expected.port} of the node is one reason why kube-proxy leaves it out`
      : '';
  return report({
    kind: 'virtual-server.missing',
    expected: key,
    message: `${node} does not balance ${describeServer(expected)}: the kernel has no such virtual server`,
    hint: `${proxyLogHint(node)}${taken}`,
  });
}

function contested(node: string, expected: ExpectedServer, report: Report): Finding {
  const owners = expected.owners.map(formatServiceName);
  return report({
    kind: 'virtual-server.contested',
    actual: owners.join(', '),
    message:
      `${virtualServerKey(expected)} on ${node} is claimed by ${owners.join(' and ')}: ` +
      `which of them answers is a matter of chance`,
    hint: `Give each Service an address of its own, or let them use different ports`,
  });
}

function compareSettings(
  node: string,
  expected: ExpectedServer,
  actual: VirtualServer,
  report: Report,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (actual.scheduler !== expected.scheduler) {
    findings.push(
      report({
        kind: 'scheduler.wrong',
        expected: expected.scheduler,
        actual: actual.scheduler,
        message: `${node} balances ${describeServer(expected)} by ${actual.scheduler} instead of ${expected.scheduler}`,
      }),
    );
  }
  const { persistenceSeconds: persistence } = actual;
  const isSame =
    persistence === 'unknown'
      ? expected.persistenceSeconds !== null
      : (persistence ?? null) === expected.persistenceSeconds;
  if (!isSame) {
    const [is, must] = [inWords(persistence ?? null), inWords(expected.persistenceSeconds)];
    findings.push(
      report({
        kind: 'persistence.wrong',
        expected: must,
        actual: is,
        message: `${node} balances ${describeServer(expected)} ${is} instead of ${must}`,
      }),
    );
  }
  return findings;
}

function inWords(persistence: number | 'unknown' | null): string {
  if (persistence === null) return 'without session affinity';
  return persistence === 'unknown' ? 'with session affinity' : `with session affinity of ${persistence} s`;
}
