// What the dialled ports tell: which hosts do not reach which others, and who answers in their stead.
import { formatEndpoint } from '../../core/ip.ts';
import type { Dialled } from '../../facts/firewall/dialled.ts';
import type { OwnListener } from '../../facts/firewall/own-listener.ts';
import type { Problem } from '../operation.ts';
import type { Dial } from './dial-plan.ts';
import { isGreeting } from './listener.ts';
import { portsText } from './needed-packets.ts';

/** What is known of the dialled host; undefined when it could not be asked. */
export type Listeners = ReadonlyMap<string, OwnListener | undefined>;

/** A dial that did not come through as it should. */
interface Failed {
  readonly dial: Dial;
  readonly how: string;
  readonly hint: string;
}

/** A port that refuses is a port that is reached, as long as nothing listens there. */
export function failureOf(dial: Dial, answer: Dialled, listeners: Listeners): Failed | undefined {
  const { to, port } = dial;
  const listens = listeners.get(to.name)?.ports.includes(port) === true;
  switch (answer.state) {
    case 'unreachable':
      return { dial, how: answer.text, hint: forbidden(dial) };
    case 'silent':
      return { dial, how: 'no answer', hint: forbidden(dial) };
    case 'refused':
      return listens
        ? { dial, how: 'refused, although something listens there', hint: forbidden(dial) }
        : undefined;
    case 'accepted':
      return !listens || isGreeting(answer.text, to.name, port)
        ? undefined
        : { dial, how: takenBy(answer.text), hint: diverted(dial) };
  }
}

function takenBy(text: string): string {
  return text === '' ? 'somebody else takes the connection' : `somebody else answers: ${text}`;
}

function forbidden({ from, to, port }: Dial): string {
  return `Let TCP port ${port} through from ${from} to ${to.name}: a firewall of one of them, or between them (a cloud's security group, say), stops it.`;
}

function diverted({ from, to }: Dial): string {
  return `Connections from ${from} to ${to.address} must lead to ${to.name} itself: look for a NAT, a proxy, or another host with that address.`;
}

interface Group {
  readonly first: Failed;
  readonly ports: Set<number>;
  readonly from: Set<string>;
}

const shownHosts = 5;

/** One for each host that is not reached and each way in which it failed. */
export function dialProblems(failed: readonly Failed[]): readonly (Problem & { readonly to: string })[] {
  const groups = new Map<string, Group>();
  for (const one of failed) {
    const key = `${one.dial.to.name}\n${one.how.replace(/\d+$/, '')}`;
    const group = groups.get(key) ?? { first: one, ports: new Set(), from: new Set() };
    group.ports.add(one.dial.port);
    group.from.add(one.dial.from);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, ports, from }) => {
    const { to } = first.dial;
    const names = [...from];
    const shown =
      names.length > shownHosts
        ? `${names.slice(0, shownHosts).join(', ')} and ${names.length - shownHosts} more`
        : names.join(', ');
    const places = [...ports].sort((left, right) => left - right);
    return {
      to: to.name,
      message: `${shown} cannot reach ${to.name} (${to.address}) at ${portsText('tcp', places)}: ${first.how}`,
      hint: first.hint,
      data: { check: 'ports', from: names, to: to.name, address: to.address, ports: places },
    };
  });
}

/** What a balancer makes of a connection while a control plane's listener runs. */
export interface BalancerAnswer {
  readonly from: string;
  readonly answer: Dialled;
}

export interface Balanced {
  readonly place: string;
  readonly controlPlanes: readonly string[];
  readonly apiPort: number;
  /** A control plane is a node already: its API may answer, and the cluster is not stopped by what it says. */
  readonly isRunning: boolean;
}

/** A text is a warning. One that has looked at no health check yet, or looks for more than a greeting, hands nothing on. */
export function balancerFindings(
  answers: readonly BalancerAnswer[],
  balanced: Balanced,
): readonly (Problem | string)[] {
  const wrong = answers.filter((one) => !isRight(one, balanced));
  const strange = wrong.filter(({ answer }) => answer.state === 'accepted' && isSomebody(answer.text));
  const idle = wrong.filter((one) => !strange.includes(one) && one.answer.state !== 'unreachable');
  const { place, apiPort, isRunning } = balanced;
  const elsewhere = strangeProblems(strange, balanced);
  return [
    ...(isRunning ? elsewhere.map(({ message, hint }) => `${message}. ${hint ?? ''}`) : elsewhere),
    ...(idle.length === 0 ? [] : [`${place}: ${idleText(namesOf(idle), apiPort)}`]),
  ];
}

function namesOf(answers: readonly BalancerAnswer[]): string {
  return answers.map(({ from }) => from).join(', ');
}

/** A server that wants TLS says so to whoever asks without, as the API of a cluster that runs does. */
function isRight({ answer }: BalancerAnswer, { controlPlanes, apiPort, isRunning }: Balanced): boolean {
  if (answer.state !== 'accepted') return false;
  if (isRunning && /^HTTP\/1\.[01] 400\b/.test(answer.text)) return true;
  return controlPlanes.some((name) => isGreeting(answer.text, name, apiPort));
}

function strangeProblems(
  strange: readonly BalancerAnswer[],
  { place, controlPlanes, apiPort }: Balanced,
): readonly Problem[] {
  const [first] = strange;
  if (first === undefined) return [];
  const { host, port, text } = first.answer;
  return [
    {
      message: `${place}: ${formatEndpoint(host, port)} leads ${namesOf(strange)} to somebody who is no control plane of this cluster: ${text}`,
      hint: `The balancer must hand TCP connections on to port ${apiPort} of ${controlPlanes.join(', ')}, as they are: without looking into them.`,
      data: { check: 'endpoint', nodes: strange.map(({ from }) => from), answer: text },
    },
  ];
}

/** A balancer without a server that is up says so itself. */
function isSomebody(text: string): boolean {
  return text !== '' && !/^HTTP\/1\.[01] 50[234]\b/.test(text);
}

function idleText(names: string, apiPort: number): string {
  return `the balancer does not hand connections of ${names} on to a control plane, though port ${apiPort} listens there for the moment. One that looks for the health of an API server does so later; else look whom it forwards to`;
}
