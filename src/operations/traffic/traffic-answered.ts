// The proof with packets: Service addresses answer, and those that speak HTTP by turns as the scheduler promises.
import { ask } from '../../facts/fact.ts';
import {
  trafficAnswers,
  type ReachTarget,
  type TrafficQuestion,
  type TrafficTarget,
} from '../../facts/network/traffic-answers.ts';
import { drift } from '../drift.ts';
import { defineOperation, type Plan } from '../operation.ts';
import { requestsTo, targetsOf, trafficArgs, type Target, type TrafficArgs } from './args.ts';
import { checkResult, resultRow, spreadWarnings, withoutHttp, type TrafficResult } from './checks.ts';

export const trafficAnswered = defineOperation({
  name: 'traffic.answered',
  summary:
    'Asks the addresses of Services, by HTTP, TCP or UDP, and looks who answers, and whether the pods take turns.',
  args: trafficArgs,
  example: `
- name: Ask from outside whether both pods answer, by turns
  op: traffic.answered
  on: controller
  with:
    host: \${{ host.name }}
    targets: [{ namespace: user-a-ns, service: nginx, address: 10.1.0.100, port: 80, replicas: 2 }]
    scheduler: \${{ cluster.kubeProxy.scheduler }}
`,
  problemCode: 'verify.drift',
  needs: (wanted) =>
    targetsOf(wanted).length === 0 ? [] : [{ query: ask(trafficAnswers, question(wanted)) }],
  plan(wanted, facts): Plan {
    const wantedTargets = targetsOf(wanted);
    if (wantedTargets.length === 0) return { steps: [] };
    const { hasClient, targets, isReaching } = facts.get(ask(trafficAnswers, question(wanted)));
    if (!hasClient) return withoutClient(wanted.host);
    if (Object.keys(targets).length === 0) return withoutIpvs(wanted.host);
    const results = wantedTargets.map((one, index): TrafficResult => {
      const { address = null, rounds = [] } = targets[String(index)] ?? {};
      return { target: one, address, rounds };
    });
    const isSilent = results.every(({ rounds }) => rounds.flat().every(({ isAnswered }) => !isAnswered));
    if (isReaching === false && isSilent) return { steps: [], warnings: [outsideWarning(wanted)] };
    const warnings = [
      ...results.flatMap((result) => spreadWarnings(wanted, result)),
      ...withoutHttp(wanted, results),
    ];
    return {
      steps: [],
      problems: results.flatMap((result) => checkResult(wanted, result)),
      warnings,
      report: results.map((result) => resultRow(wanted, result)),
    };
  },
});

function withoutClient(host: string): Plan {
  const message = `${host} cannot ask: it has neither curl nor wget nor bash`;
  return {
    steps: [],
    problems: [drift({ kind: 'traffic.no-client', node: host, message, hint: 'Install curl there' })],
  };
}

function withoutIpvs(host: string): Plan {
  const message = `${host} balances nothing: the kernel module ip_vs is not loaded`;
  const hint = 'Run "up": it loads the modules';
  const states = { expected: 'ip_vs loaded', actual: 'not loaded' };
  return { steps: [], problems: [drift({ kind: 'ipvs.absent', node: host, ...states, message, hint })] };
}

function outsideWarning({ host, reach }: TrafficArgs): string {
  return (
    `${host} has no way into the nodes' network (no connection to ${reach.slice(0, mostReached).join(', ')}), so nobody ` +
    `was asked from there. Run this on a machine in that network to prove the external IPs from outside`
  );
}

function question(wanted: TrafficArgs): TrafficQuestion {
  const { rounds, seconds, onlyWithIpvs, reach } = wanted;
  const targets = targetsOf(wanted).map((one, index) => toQuestion(one, index, wanted));
  const reached = reach.slice(0, mostReached).flatMap(reachTargets);
  return { targets, rounds, seconds, onlyWithIpvs, ...(reached.length > 0 ? { reach: reached } : {}) };
}

const mostReached = 3;

/** What listens on every node: sshd usually, and the kubelet. */
function reachTargets(address: string): readonly ReachTarget[] {
  return [22, 10_250].map((port) => ({ address, port }));
}

function toQuestion(one: Target, index: number, wanted: TrafficArgs): TrafficTarget {
  const address = one.address ?? `${one.namespace}/${one.service}`;
  const what = one.by === 'udp' ? one.payload : one.path;
  return { id: String(index), address, port: one.port, by: one.by, what, requests: requestsTo(one, wanted) };
}
