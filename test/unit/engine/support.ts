// A small world for engine tests: operations on model machines, phases in one line, runs whose events are kept.
import { z } from 'zod';
import { cmd, script } from '../../../src/core/command.ts';
import { Redactor, type Content } from '../../../src/core/secret.ts';
import { runEventSchema } from '../../../src/engine/events/event-schema.ts';
import type { RunEvent } from '../../../src/engine/events/events.ts';
import type { RunOptions, RunRequest, RunResult } from '../../../src/engine/run-request.ts';
import { run } from '../../../src/engine/run.ts';
import { ask, type Fact } from '../../../src/facts/fact.ts';
import { defineOperation, type Operation, type Plan, type Step } from '../../../src/operations/operation.ts';
import type { BoundPhase, BoundTask } from '../../../src/playbook/task.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeNetwork } from '../../support/fake-host.ts';
import type { ModelMachine, Reply } from '../../support/model-machine.ts';

/** A fact whose probe prints JSON. */
export function jsonFact<Value>(name: string, scope: 'host' | 'cluster' = 'host'): Fact<Value> {
  return {
    name,
    scope,
    probe: () => script(`probe ${name}`),
    parse: ({ stdout }) => JSON.parse(stdout) as Value,
  };
}

export const loadedModules = jsonFact<readonly string[]>('modules');
export const allFiles = jsonFact<Readonly<Record<string, string>>>('files');
export const activeUnits = jsonFact<readonly string[]>('units');

/** Loads modules, one step each. */
export const modules = defineOperation({
  name: 'test.modules',
  summary: 'Loads modules.',
  args: z.custom<readonly string[]>(),
  example: '',
  needs: () => [{ query: ask(loadedModules) }],
  plan(wanted, facts) {
    const loaded = facts.get(ask(loadedModules));
    const missing = wanted.filter((name) => !loaded.includes(name));
    return {
      steps: missing.map((name) => ({ kind: 'exec', title: `load ${name}`, command: cmd`modprobe ${name}` })),
    };
  },
});

/** Writes files: path → content. */
export const files = defineOperation({
  name: 'test.files',
  summary: 'Writes files.',
  args: z.custom<Readonly<Record<string, Content>>>(),
  example: '',
  needs: () => [{ query: ask(allFiles) }],
  plan(wanted, facts) {
    const found = facts.get(ask(allFiles));
    const steps = Object.entries(wanted).flatMap(([path, content]): Step[] => {
      const before = found[path];
      if (before === (typeof content === 'string' ? content : content.reveal())) return [];
      return [{ kind: 'write', title: `write ${path}`, path, content, mode: 0o644, before }];
    });
    return { steps };
  },
});

/** Starts units. */
export const units = defineOperation({
  name: 'test.units',
  summary: 'Starts units.',
  args: z.custom<readonly string[]>(),
  example: '',
  needs: () => [{ query: ask(activeUnits) }],
  plan(wanted, facts) {
    const active = facts.get(ask(activeUnits));
    const missing = wanted.filter((name) => !active.includes(name));
    return {
      steps: missing.map((name) => ({
        kind: 'exec',
        title: `start ${name}`,
        command: cmd`systemctl enable --now ${name}`,
      })),
    };
  },
});

/** An operation from a function of its facts. */
export function operation(
  plan: (facts: Parameters<Operation['plan']>[1]) => Plan,
  rest: Partial<Operation> = {},
): Operation {
  return {
    name: 'test.any',
    summary: 'Anything.',
    args: z.unknown(),
    example: '',
    needs: () => [],
    plan: (_args, facts) => plan(facts),
    ...rest,
  };
}

export interface TaskSpec extends Partial<Omit<BoundTask, 'hosts' | 'name'>> {
  readonly on: readonly string[];
  readonly args?: unknown;
  readonly skipped?: readonly string[];
}

export function task(
  name: string,
  given: Operation,
  { on, args, skipped = [], ...rest }: TaskSpec,
): BoundTask {
  const hosts = on.map((host) =>
    skipped.includes(host) ? { host, skipped: 'some condition' } : { host, args },
  );
  return { name, operation: given, serial: false, waitMs: 0, hosts, ...rest };
}

export function phase(name: string, ...tasks: readonly BoundTask[]): BoundPhase {
  return { name, title: `Phase ${name}`, tasks };
}

/** Machines that answer the facts above. */
export function network(...names: readonly string[]): FakeNetwork {
  const fake = new FakeNetwork(names);
  for (const machine of fake.machines.values()) {
    for (const name of ['ip_vs', 'ip_vs_rr', 'nf_conntrack']) machine.modules.loadable.add(name);
    machine.units.set('kubelet', { isActive: false, isEnabled: false });
    machine.answers(ask(loadedModules), ({ modules: { loaded } }) => json([...loaded]));
    machine.answers(ask(allFiles), (it) =>
      json(Object.fromEntries([...it.files].map(([path, file]) => [path, file.content]))),
    );
    machine.answers(ask(activeUnits), (it) =>
      json([...it.units].filter(([, unit]) => unit.isActive).map(([name]) => name)),
    );
  }
  return fake;
}

export function json(value: unknown): string {
  return JSON.stringify(value);
}

/** Makes machines answer one more fact. */
export function teach(fake: FakeNetwork, fact: Fact<unknown>, model: (machine: ModelMachine) => Reply): void {
  for (const machine of fake.machines.values()) machine.answers(ask(fact), model);
}

export interface Outcome extends RunResult {
  readonly events: readonly RunEvent[];
  readonly clock: FakeClock;
  /** Codes of the errors. */
  readonly codes: readonly string[];
}

export interface RunSpec extends Partial<RunOptions> {
  readonly lock?: RunRequest['lock'];
  readonly onEvent?: (event: RunEvent) => void;
  readonly clock?: FakeClock;
}

/** Runs phases on all machines of a network. A command that no machine knew is an error of the test, as is an event
 * that the published schema does not describe. */
export async function runOn(
  fake: FakeNetwork,
  phases: readonly BoundPhase[],
  { lock, onEvent, clock = new FakeClock(), ...options }: RunSpec = {},
): Promise<Outcome> {
  const events: RunEvent[] = [];
  const result = await run(
    {
      command: 'up',
      cluster: 'test',
      hosts: [...fake.machines.keys()].filter((name) => name !== 'controller'),
      phases,
      lock,
    },
    {
      mode: 'apply',
      connector: fake,
      clock,
      random: () => 0,
      redactor: new Redactor(),
      sink: (event) => {
        events.push(runEventSchema.parse(event));
        onEvent?.(event);
      },
      ...options,
    },
  );
  if (fake.unknown.length > 0) throw new Error(`unknown commands: ${fake.unknown.join('; ')}`);
  return { ...result, events, clock, codes: result.errors.map(({ code }) => code) };
}

/** Events of one type. */
export function ofType<Type extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: Type,
): readonly Extract<RunEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

/** "host: task state" of every finished task. */
export function states(events: readonly RunEvent[]): readonly string[] {
  return ofType(events, 'task.finished').map(({ host, task: name, state }) => `${host}: ${name} ${state}`);
}

/** Flights of each host's newest connection. */
export function flights(fake: FakeNetwork): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...fake.machines.keys()].map((name) => [name, fake.host(name).statistics().roundTrips]),
  );
}
