// Checks one after another on a host: all that is wrong is named in one run.
import { describe, expect, it } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { ask } from '../../../src/facts/fact.ts';
import {
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

const check = (plan: Parameters<typeof operation>[0]) => operation(plan, { problemCode: 'verify.drift' });
const drifted = check(() => ({ steps: [], problems: [{ message: 'no IPVS' }] }));

describe('a check that finds a difference', () => {
  it('does not keep the other checks of its host from being made', async () => {
    const { exitCode, events, hosts } = await runOn(network('m1'), [
      phase('verify', task('First', drifted, { on: ['m1'] }), task('Second', drifted, { on: ['m1'] })),
    ]);
    expect(exitCode).toBe(7);
    expect(states(events)).toEqual(['m1: First failed', 'm1: Second failed']);
    expect(ofType(events, 'problem').map(({ task: name }) => name)).toEqual(['First', 'Second']);
    expect(hosts[0]).toMatchObject({ host: 'm1', failed: 2, error: { code: 'verify.drift' } });
  });

  it('keeps its host from being changed', async () => {
    const fake = network('m1');
    const load = task('Load', modules, { on: ['m1'], args: ['ip_vs'] });
    const { events } = await runOn(fake, [phase('verify', task('First', drifted, { on: ['m1'] }), load)]);
    expect(states(events)).toEqual(['m1: First failed', 'm1: Load skipped']);
    expect(fake.machine('m1').modules.loaded.size).toBe(0);
  });

  it('does not keep the checks behind a task that is left out because of it', async () => {
    const { events } = await runOn(network('m1'), [
      phase(
        'verify',
        task('First', drifted, { on: ['m1'] }),
        task(
          'Advice',
          operation(() => ({ steps: [] })),
          { on: ['m1'] },
        ),
        task('Second', drifted, { on: ['m1'] }),
      ),
    ]);
    expect(states(events)).toEqual(['m1: First failed', 'm1: Advice skipped', 'm1: Second failed']);
  });

  it('matters less than one that cannot be made, which ends the host', async () => {
    let looks = 0;
    const cannot = check(() => {
      looks += 1;
      // The preview of the run has still reached the host.
      if (looks === 1) return { steps: [] };
      throw new BootstrapError('connect.lost', 'gone', { where: { host: 'm1' } });
    });
    const { exitCode, events } = await runOn(network('m1'), [
      phase(
        'verify',
        task('First', drifted, { on: ['m1'] }),
        task('Second', cannot, { on: ['m1'] }),
        task('Third', drifted, { on: ['m1'] }),
      ),
    ]);
    expect(exitCode).toBe(4);
    expect(states(events)).toEqual(['m1: First failed', 'm1: Second failed', 'm1: Third skipped']);
  });

  it('ends a run that changes nothing after ten seconds, with 7', async () => {
    const fake = network('m1', 'w1');
    const on = ['m1', 'w1'];
    const phases = [phase('verify', task('Verify', drifted, { on, waitMs: 60_000 }))];
    const { exitCode, events, codes } = await runOn(fake, phases);
    expect(exitCode).toBe(7);
    expect(codes).toEqual(['verify.drift', 'verify.drift']);
    const waits = ofType(events, 'task.waiting');
    expect(new Set(waits.map(({ host }) => host))).toEqual(new Set(on));
    expect(new Set(waits.map(({ limitMs }) => limitMs))).toEqual(new Set([10_000]));
    const plan = await runOn(fake, phases, { mode: 'plan' });
    expect(plan.exitCode).toBe(7);
    expect(plan.clock.sleeps).toEqual([]);
  });

  it('has found nothing when the second look is fine', async () => {
    // The first look fell into the moment in which kube-proxy was following a change.
    const { fake, verify } = settling(1);
    const { exitCode, events } = await runOn(fake, [phase('verify', verify)]);
    expect(exitCode).toBe(0);
    expect(ofType(events, 'problem')).toEqual([]);
    expect(ofType(events, 'task.waiting').map(({ reason }) => reason)).toEqual(['not yet']);
  });
});

describe('a check after a change', () => {
  const change = phase('one', task('Load', modules, { on: ['m1'], args: ['ip_vs'] }));

  it('gets the time of the task to come right', async () => {
    const { fake, verify } = settling(20);
    const { exitCode, events } = await runOn(fake, [change, phase('verify', verify)]);
    expect(exitCode).toBe(0);
    const waits = ofType(events, 'task.waiting');
    expect(waits.map(({ reason, limitMs }) => [reason, limitMs])).toContainEqual(['not yet', 60_000]);
    expect(waits.at(-1)?.waitedMs).toBeGreaterThan(10_000);
    expect(ofType(events, 'problem')).toEqual([]);
  });

  it('reports what is still there when that time is over', async () => {
    const verify = task('Verify', drifted, { on: ['m1'], waitMs: 30_000 });
    const { exitCode, events, clock } = await runOn(network('m1'), [change, phase('verify', verify)]);
    expect(exitCode).toBe(7);
    expect(ofType(events, 'problem')).toHaveLength(1);
    expect(clock.now()).toBe(30_000);
  });
});

/** A host with a difference that is there for so many looks, and the check that sees it. */
function settling(looks: number) {
  const fake = network('m1');
  const table = jsonFact<number>('table');
  let look = 0;
  teach(fake, table, () => String(look++));
  const verify = operation(
    (facts) => ({ steps: [], problems: facts.get(ask(table)) < looks ? [{ message: 'not yet' }] : [] }),
    { needs: () => [{ query: ask(table) }], problemCode: 'verify.drift' },
  );
  return { fake, verify: task('Verify', verify, { on: ['m1'], waitMs: 60_000 }) };
}
