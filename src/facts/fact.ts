// A fact: one shell probe that changes nothing, and one pure parser of what it prints.
import type { Command } from '../core/command.ts';

/** What a probe gave: parsers see all of it, so that "not there" is a value and not an error. */
export interface ProbeOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** When the answer came, in milliseconds since 1970 by the clock of the machine that runs this program. */
  readonly answeredAt?: number;
}

/**
 * A subject that can be asked of a host. `probe` must not change the host and must run on any POSIX sh.
 * `parse` throws only when the output makes no sense (the engine wraps it as `facts.unreadable`).
 */
export interface Fact<Value, Args = undefined> {
  /** Noun with a dot: `kernel.modules`. */
  readonly name: string;
  /** `host`: about this host alone. `cluster`: about the whole cluster (API objects), stale after any change anywhere. */
  readonly scope: 'host' | 'cluster';
  probe(args: Args): Command;
  parse(output: ProbeOutput, args: Args): Value;
  /** Deadline of the probe in milliseconds, which may hang on what is asked; 60 s by default. */
  readonly timeoutMs?: number | ((args: Args) => number);
}

/** A fact with its arguments: what an operation asks for. `key` is equal for equal questions. */
export interface FactQuery<Value> {
  readonly key: string;
  readonly name: string;
  readonly scope: 'host' | 'cluster';
  readonly command: Command;
  readonly timeoutMs: number;
  parse(output: ProbeOutput): Value;
}

const defaultTimeoutMs = 60_000;

/** Asks a fact. The probe's text and the name make the key, so equal questions are asked once per host. */
export function ask<Value>(fact: Fact<Value>): FactQuery<Value>;
export function ask<Value, Args>(fact: Fact<Value, Args>, args: Args): FactQuery<Value>;
export function ask<Value, Args>(fact: Fact<Value, Args>, args?: Args): FactQuery<Value> {
  const given = args as Args;
  const command = fact.probe(given);
  const { timeoutMs = defaultTimeoutMs } = fact;
  return {
    key: `${fact.name}\n${command.text}`,
    name: fact.name,
    scope: fact.scope,
    command,
    timeoutMs: typeof timeoutMs === 'number' ? timeoutMs : timeoutMs(given),
    parse: (output) => fact.parse(output, given),
  };
}
