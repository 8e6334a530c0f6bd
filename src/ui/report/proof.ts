// What a page about verify is made from, collected from the events of a run.
import type { ErrorView, EventSink } from '../../engine/events/events.ts';
import { handle, type EventHandlers, type EventOf } from '../handlers.ts';

/** One node as verify saw it. */
type ReportData = NonNullable<EventOf<'report'>['data']>;
export type NodeReport = Extract<ReportData, { readonly kind: 'node' }>;

/** What the cluster's DNS answered to one node. */
export type DnsReport = Extract<ReportData, { readonly kind: 'dns' }>;

/** A difference, or what kept verify from looking. What it does not say is null. */
export interface Finding {
  /** Counts from 1: how the page refers to it. */
  readonly number: number;
  readonly kind: string;
  /** The host that it was found on; `null` when it is about the whole cluster. */
  readonly node: string | null;
  readonly message: string;
  readonly hint: string | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly protocol: string | null;
  /** `address:port` */
  readonly realServer: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
}

export interface Proof {
  readonly cluster: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly hosts: readonly string[];
  readonly nodes: readonly NodeReport[];
  /** Empty without `--traffic`, and where the cluster has no DNS. */
  readonly dns: readonly DnsReport[];
  readonly findings: readonly Finding[];
  readonly warnings: readonly { readonly host: string; readonly message: string }[];
  /** Hosts that could not be looked at. */
  readonly failures: readonly { readonly host: string; readonly error: ErrorView }[];
  /** Undefined when the run did not come to its end. */
  readonly exitCode: number | undefined;
}

const nothingYet: Proof = {
  cluster: '',
  startedAt: '',
  durationMs: 0,
  hosts: [],
  nodes: [],
  dns: [],
  findings: [],
  warnings: [],
  failures: [],
  exitCode: undefined,
};

/** Keeps what the page needs; `proof` can be asked at any time, also of a run that was cut short. */
export class ProofCollector {
  #proof = nothingYet;
  readonly #handlers: EventHandlers = {
    'run.started': ({ cluster, hosts, time }) => {
      this.#proof = { ...this.#proof, cluster, hosts, startedAt: time };
    },
    report: ({ data }) => {
      if (data?.kind === 'node') this.#proof = { ...this.#proof, nodes: [...this.#proof.nodes, data] };
      if (data?.kind === 'dns') this.#proof = { ...this.#proof, dns: [...this.#proof.dns, data] };
    },
    problem: (event) => {
      const { findings } = this.#proof;
      this.#proof = { ...this.#proof, findings: [...findings, findingOf(event, findings.length + 1)] };
    },
    'task.warning': ({ host, message }) => {
      this.#proof = { ...this.#proof, warnings: [...this.#proof.warnings, { host, message }] };
    },
    'host.failed': ({ host, error }) => {
      // Its findings say it already.
      if (error.code === 'verify.drift') return;
      this.#proof = { ...this.#proof, failures: [...this.#proof.failures, { host, error }] };
    },
    'run.finished': ({ durationMs, exitCode }) => {
      this.#proof = { ...this.#proof, durationMs, exitCode };
    },
  };

  readonly sink: EventSink = (event) => {
    void handle(this.#handlers, event);
  };

  get proof(): Proof {
    const { nodes, dns, hosts } = this.#proof;
    const byHost = (one: { readonly node: string }, other: { readonly node: string }): number =>
      hosts.indexOf(one.node) - hosts.indexOf(other.node);
    return { ...this.#proof, nodes: nodes.toSorted(byHost), dns: dns.toSorted(byHost) };
  }
}

function findingOf({ code, host, message, hint, data = {} }: EventOf<'problem'>, number: number): Finding {
  const text = (key: string): string | null => asText(data[key]);
  return {
    number,
    kind: text('kind') ?? code,
    node: data['node'] === null ? null : (text('node') ?? host),
    message,
    hint: hint ?? null,
    address: text('address'),
    port: typeof data['port'] === 'number' ? data['port'] : null,
    protocol: text('protocol'),
    realServer: text('realServer'),
    expected: text('expected'),
    actual: text('actual'),
  };
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
