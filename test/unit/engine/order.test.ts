// Who does what when: order, barriers, limits, turns, waiting, interruption.
import { describe, expect, it } from 'vitest';
import { cmd } from '../../../src/core/command.ts';
import { ask } from '../../../src/facts/fact.ts';
import type { Operation } from '../../../src/operations/operation.ts';
import {
  json,
  jsonFact,
  modules,
  network,
  ofType,
  operation,
  phase,
  runOn,
  states,
  task,
  teach,
} from './support.ts';

const hosts = ['m1', 'm2', 'm3', 'w1'];
const load = (name: string, on = hosts, more = {}) =>
  task(`Load ${name}`, modules, { on, args: [name], ...more });

/** Steps of all hosts in the order in which they were done. */
const done = (events: Parameters<typeof ofType>[0]) =>
  ofType(events, 'step.finished').map(({ host, step }) => `${host} ${step.title}`);

describe('order', () => {
  it('keeps a barrier between phases', async () => {
    const fake = network(...hosts);
    const { events } = await runOn(fake, [phase('a', load('ip_vs')), phase('b', load('ip_vs_rr'))]);
    expect(
      done(events)
        .slice(0, 4)
        .every((text) => text.endsWith('load ip_vs')),
    ).toBe(true);
  });

  it('lets hosts run free inside a phase', async () => {
    const fake = network(...hosts);
    const { events } = await runOn(fake, [phase('a', load('ip_vs', ['m1', 'w1']), load('ip_vs_rr', ['w1']))]);
    const active = ofType(events, 'task.started').map(({ host }) => host);
    expect(active.slice(0, 2)).toEqual(['m1', 'w1']);
  });

  it('never has more hosts at work than it may', async () => {
    const fake = network(...hosts);
    let active = 0;
    let most = 0;
    await runOn(fake, [phase('a', load('ip_vs'), load('ip_vs_rr'))], {
      concurrency: 2,
      onEvent: ({ type }) => {
        if (type === 'task.started') most = Math.max(most, ++active);
        if (type === 'task.finished') active -= 1;
      },
    });
    expect(most).toBe(2);
  });

  it('skips a task on the hosts that a condition excludes, and goes on with the next', async () => {
    const fake = network('m1', 'w1');
    const { events } = await runOn(fake, [
      phase('a', load('ip_vs', ['m1', 'w1'], { skipped: ['w1'] }), load('ip_vs_rr', ['m1', 'w1'])),
    ]);
    expect(states(events).filter((text) => text.startsWith('w1'))).toEqual([
      'w1: Load ip_vs skipped',
      'w1: Load ip_vs_rr changed',
    ]);
    expect(ofType(events, 'task.finished').find(({ state }) => state === 'skipped')?.reason).toBe(
      'not so: some condition',
    );
  });
});

describe('a serial task', () => {
  const serial = (name: string, on = hosts) => load(name, on, { serial: true });

  it('is taken by one host at a time in inventory order, also with one place for all', async () => {
    for (const concurrency of [1, 2, 50]) {
      const fake = network(...hosts);
      let active = 0;
      const { events } = await runOn(fake, [phase('a', load('ip_vs_rr'), serial('ip_vs'))], {
        concurrency,
        onEvent: (event) => {
          if (!('task' in event) || event.task !== 'Load ip_vs') return;
          if (event.type === 'task.started') expect(++active).toBe(1);
          if (event.type === 'task.finished') active -= 1;
        },
      });
      const turns = done(events).filter((text) => text.endsWith('load ip_vs'));
      expect(turns).toEqual(hosts.map((host) => `${host} load ip_vs`));
    }
  });

  it('is not taken by anyone after a host that failed', async () => {
    const fake = network(...hosts);
    fake.machine('m2').modules.loadable.delete('ip_vs');
    const { events } = await runOn(fake, [phase('a', serial('ip_vs'), load('ip_vs_rr'))]);
    expect(states(events).filter((text) => text.includes('ip_vs '))).toEqual([
      'm1: Load ip_vs changed',
      'm2: Load ip_vs failed',
      'm3: Load ip_vs skipped',
      'w1: Load ip_vs skipped',
    ]);
    expect([...fake.machine('m3').modules.loaded]).toEqual([]);
  });

  it('does not wait for a host that failed in an earlier phase', async () => {
    const fake = network(...hosts);
    fake.machine('m1').modules.loadable.delete('ip_vs_rr');
    const { events } = await runOn(fake, [phase('a', load('ip_vs_rr')), phase('b', serial('ip_vs'))], {
      maxFailures: 1,
    });
    expect(done(events).slice(-3)).toEqual(['m2 load ip_vs', 'm3 load ip_vs', 'w1 load ip_vs']);
  });
});

describe('facts', () => {
  const nodes = jsonFact<readonly string[]>('nodes', 'cluster');

  /** Joins a host to a list that the first host keeps. */
  function join(fake: ReturnType<typeof network>): (host: string) => Operation {
    const members: string[] = [];
    fake.machine('m1').answers(ask(nodes), () => json(members));
    teachJoin(fake, members);
    return (host) =>
      operation(
        (facts) => {
          const joined = facts.get(ask(nodes), 'm1').includes(host);
          return {
            steps: joined
              ? []
              : [{ kind: 'exec', title: `join ${host}`, command: cmd`join ${host}`, on: 'm1' }],
          };
        },
        { needs: () => [{ query: ask(nodes), host: 'm1' }] },
      );
  }

  function teachJoin(fake: ReturnType<typeof network>, members: string[]): void {
    fake.machine('m1').knows('join', (_machine, { words: [, name = ''] }) => {
      members.push(name);
      return undefined;
    });
  }

  it('of the cluster are read anew after any change', async () => {
    const fake = network('m1', 'w1', 'w2');
    const joining = join(fake);
    const tasks = ['w1', 'w2'].map((host) => task(`Join ${host}`, joining(host), { on: [host] }));
    const { exitCode, events } = await runOn(fake, [phase('join', ...tasks)]);
    expect(exitCode).toBe(0);
    expect(ofType(events, 'step.finished').map(({ step }) => step.on)).toEqual(['m1', 'm1']);
  });

  it('of all hosts are read anew in the phase after a change anywhere', async () => {
    const fake = network('m1', 'w1');
    // The table of w1 follows what happens on m1.
    const table = jsonFact<number>('table');
    teach(fake, table, () => String(fake.machine('m1').modules.loaded.size));
    let seen: number | undefined;
    const look = operation(
      (facts) => {
        seen = facts.get(ask(table));
        return { steps: [] };
      },
      { needs: () => [{ query: ask(table) }] },
    );
    await runOn(fake, [phase('a', load('ip_vs', ['m1'])), phase('b', task('Look', look, { on: ['w1'] }))]);
    expect(seen).toBe(1);
  });
});

describe('waiting', () => {
  const ready = jsonFact<boolean>('ready');
  const waitFor = (more: Partial<Operation> = {}) =>
    operation(
      (facts) => (facts.get(ask(ready)) ? { steps: [] } : { steps: [], pending: 'the node to be ready' }),
      {
        needs: () => [{ query: ask(ready) }],
        ...more,
      },
    );

  function readyAfter(fake: ReturnType<typeof network>, looks: number): void {
    let count = 0;
    teach(fake, ready, () => json(++count > looks));
  }

  it('looks again until it is so, after pauses that are a fifth of what it has waited', async () => {
    const fake = network('m1');
    readyAfter(fake, 30);
    const { exitCode, clock, events } = await runOn(fake, [
      phase('a', task('Wait', waitFor(), { on: ['m1'], waitMs: 300_000 })),
    ]);
    expect(exitCode).toBe(0);
    expect(clock.sleeps.slice(0, 8)).toEqual([500, 500, 500, 500, 500, 500, 600, 720]);
    expect(clock.sleeps.at(-1)).toBe(5000);
    expect(ofType(events, 'task.waiting')[1]).toMatchObject({
      reason: 'the node to be ready',
      waitedMs: 500,
      limitMs: 300_000,
    });
  });

  it('ends with the time of the task', async () => {
    const fake = network('m1');
    readyAfter(fake, Infinity);
    const { codes, errors, clock } = await runOn(fake, [
      phase('a', task('Wait', waitFor(), { on: ['m1'], waitMs: 7000 })),
    ]);
    expect(codes).toEqual(['command.timeout']);
    expect(errors[0]?.message).toBe('the node to be ready (waited 7 s)');
    expect(clock.now()).toBe(7000);
  });

  it('ends with the hint of what was waited for', async () => {
    const fake = network('m1');
    readyAfter(fake, Infinity);
    const hint = 'Look after the node.';
    const plan = () => ({ steps: [], pending: 'the node to be ready', pendingHint: hint });
    const { errors } = await runOn(fake, [
      phase('a', task('Wait', waitFor({ plan }), { on: ['m1'], waitMs: 7000 })),
    ]);
    expect(errors[0]?.hint).toBe(hint);
  });

  it('does not happen without a time', async () => {
    const fake = network('m1');
    readyAfter(fake, Infinity);
    const { errors, clock } = await runOn(fake, [phase('a', task('Wait', waitFor(), { on: ['m1'] }))]);
    expect(errors[0]?.message).toBe('the node to be ready (the task does not wait)');
    expect(clock.sleeps).toEqual([]);
  });

  it('may come between steps', async () => {
    const fake = network('m1');
    readyAfter(fake, 3);
    const loaded = jsonFact<readonly string[]>('modules');
    const both = operation(
      (facts) => {
        const isReady = facts.get(ask(ready));
        if (!isReady) return { steps: [], pending: 'readiness' };
        const missing = facts.get(ask(loaded)).length === 0;
        return { steps: missing ? [{ kind: 'exec', title: 'load', command: cmd`modprobe ip_vs` }] : [] };
      },
      { needs: () => [{ query: ask(ready) }, { query: ask(loaded) }] },
    );
    const { exitCode } = await runOn(fake, [phase('a', task('Both', both, { on: ['m1'], waitMs: 60_000 }))]);
    expect(exitCode).toBe(0);
    expect([...fake.machine('m1').modules.loaded]).toEqual(['ip_vs']);
  });

  it('is ended by an interruption', async () => {
    const fake = network('m1');
    readyAfter(fake, Infinity);
    const controller = new AbortController();
    const { exitCode, errors } = await runOn(
      fake,
      [phase('a', task('Wait', waitFor(), { on: ['m1'], waitMs: 60_000 }))],
      {
        signal: controller.signal,
        onEvent: ({ type }) => {
          if (type === 'task.waiting') controller.abort();
        },
      },
    );
    expect(exitCode).toBe(130);
    expect(errors).toEqual([]);
  });
});

describe('an interruption', () => {
  const slow = (title: string) => ({
    kind: 'exec' as const,
    title,
    command: cmd`slow ${title}`,
    timeoutMs: 600_000,
  });
  const twoSteps = operation(() => ({ steps: [slow('first'), slow('second')] }), { repeats: 'in this test' });

  it('lets the running step finish and starts no other, on no host', async () => {
    const fake = network(...hosts);
    for (const machine of fake.machines.values()) machine.knows('slow', () => undefined);
    const controller = new AbortController();
    const { exitCode, events } = await runOn(
      fake,
      [phase('a', task('Slow', twoSteps, { on: hosts }), load('ip_vs')), phase('b', load('ip_vs_rr'))],
      {
        signal: controller.signal,
        concurrency: 2,
        onEvent: ({ type }) => {
          if (type === 'step.started') controller.abort();
        },
      },
    );
    expect(exitCode).toBe(130);
    expect(done(events)).toEqual(['m1 first', 'm2 first']);
    expect(ofType(events, 'phase.started')).toHaveLength(1);
    expect(ofType(events, 'task.finished').every(({ state }) => state === 'skipped')).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', exitCode: 130 });
  });

  it('before the first change leaves everything as it was', async () => {
    const fake = network(...hosts);
    const controller = new AbortController();
    const { exitCode } = await runOn(fake, [phase('a', load('ip_vs'))], {
      signal: controller.signal,
      onEvent: ({ type }) => {
        if (type === 'host.connected') controller.abort();
      },
    });
    expect(exitCode).toBe(130);
    expect(fake.machine('m1').modules.loaded.size).toBe(0);
  });

  it('after the last task does not make a done run an interrupted one', async () => {
    const fake = network('m1');
    const controller = new AbortController();
    const { exitCode } = await runOn(fake, [phase('a', load('ip_vs', ['m1']))], {
      signal: controller.signal,
      onEvent: ({ type }) => {
        if (type === 'phase.finished') controller.abort();
      },
    });
    expect(exitCode).toBe(0);
  });
});
