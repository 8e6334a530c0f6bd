// Looks at hosts and at the API when something is wrong, beside the connections that are at work. Never fails.
import type { Clock } from '../../core/clock.ts';
import { concerns } from '../../diagnosis/concern.ts';
import type { Witness } from '../../diagnosis/judge.ts';
import { maskLines } from '../../diagnosis/mask.ts';
import type { DiagnosisRequest } from '../../diagnosis/request.ts';
import { clusterLook, type ClusterView } from '../../facts/diagnosis/cluster-look.ts';
import { hostLook } from '../../facts/diagnosis/host-look.ts';
import type { Sighting } from '../../facts/diagnosis/sighting.ts';
import { ask, type FactQuery } from '../../facts/fact.ts';
import type { HostPool } from './host-pool.ts';
import { parseAnswer } from './parse-answer.ts';

/** All of a look takes no longer. */
export const lookLimitMs = 60_000;
/** What was seen is shared with those who ask the same within this time, as when many hosts fail at once. */
const freshMs = 8000;
/** More hosts than this say nothing new. */
const mostSuspects = 3;
/** Logs are read from a little before it began. */
const marginMs = 5000;

/** How far back logs are read: a little more than so many milliseconds, or for `afterMs` nothing that is older. */
export type LookBack = number | { readonly afterMs: number };

interface Memory {
  readonly at: number;
  readonly answer: Promise<unknown>;
}

export class Looks {
  readonly #pool: HostPool;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #memory = new Map<string, Memory>();

  /**
   * @param pool opens connections of its own: what fails or is slow may keep the others busy
   * @param signal ends looks at once
   */
  constructor(pool: HostPool, clock: Clock, signal: AbortSignal | undefined) {
    this.#pool = pool;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** What is there to be seen; without what could not be looked at, or not in time. */
  async witnesses(request: DiagnosisRequest, back: LookBack): Promise<readonly Witness[]> {
    const found: Witness[] = [];
    await this.#within(this.#look(request, back, found));
    return found.filter((witness) => concerns(witness, request));
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #look(request: DiagnosisRequest, back: LookBack, found: Witness[]): Promise<void> {
    const sinceSeconds = secondsOf(back);
    // Others may have asked for older lines.
    const kind = typeof back === 'number' ? '' : ` ${sinceSeconds}`;
    const lookAt = async (hosts: Iterable<string>): Promise<void> => {
      const looks = [...hosts].map(async (host) => {
        const query = ask(hostLook, { sinceSeconds, criSocket: request.criSocket });
        const seen = await this.#ask(host, `host ${host}${kind}`, query);
        found.push(...witnessesOf(host, seen));
      });
      await Promise.allSettled(looks);
    };
    const always = new Set(request.hosts);
    const [view] = await Promise.all([this.#cluster(request, found), lookAt(always)]);
    const suspects = new Set(suspectsOf(request, view, found));
    await lookAt([...suspects].filter((host) => !always.has(host)).slice(0, mostSuspects));
  }

  async #cluster({ api, pods }: DiagnosisRequest, found: Witness[]): Promise<ClusterView | undefined> {
    const query = ask(clusterLook, { pods });
    try {
      const view = await this.#ask(api, `cluster ${query.key}`, query);
      found.push(...witnessesOf(api, view.sightings));
      return view;
    } catch {
      return undefined;
    }
  }

  #ask<Value>(host: string, name: string, query: FactQuery<Value>): Promise<Value> {
    const known = this.#memory.get(name);
    if (known !== undefined && this.#clock.now() - known.at < freshMs) return known.answer as Promise<Value>;
    const answer = this.#fetch(host, query);
    answer.catch(() => undefined);
    this.#memory.set(name, { at: this.#clock.now(), answer });
    return answer;
  }

  async #fetch<Value>(name: string, query: FactQuery<Value>): Promise<Value> {
    const host = await this.#pool.get(name);
    const { command, timeoutMs } = query;
    return parseAnswer(
      name,
      query,
      await host.run({ command, timeoutMs, signal: this.#signal }),
      this.#clock,
    ) as Value;
  }

  /** Waits for it, until the time is over, or until somebody wants to stop. */
  #within(looking: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        stop();
        this.#signal?.removeEventListener('abort', end);
        resolve();
      };
      const stop = this.#clock.every(lookLimitMs, end);
      this.#signal?.addEventListener('abort', end);
      if (this.#signal?.aborted === true) end();
      // What cannot be looked at is left out; it must not hide what failed.
      looking.then(end, end);
    });
  }
}

/** In whole seconds, as journalctl takes them. */
function secondsOf(back: LookBack): number {
  return typeof back === 'number'
    ? Math.ceil((back + marginMs) / 1000)
    : Math.max(1, Math.floor(back.afterMs / 1000));
}

function witnessesOf(host: string, sightings: readonly Sighting[]): readonly Witness[] {
  return sightings.map((sighting) => ({ host, ...sighting, lines: maskLines(sighting.lines) }));
}

/** The API's host where it does not answer; otherwise those whose node is not well, and those with pods that do not run. */
function suspectsOf(
  { api, suspects }: DiagnosisRequest,
  view: ClusterView | undefined,
  found: readonly Witness[],
): readonly string[] {
  if (view?.isReachable !== true) return view?.isReachable === false ? [api] : [];
  const named = new Set(found.flatMap(({ node }) => node ?? []));
  return [...named].filter((node) => suspects === 'all' || suspects.includes(node));
}
