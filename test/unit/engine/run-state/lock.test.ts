// Runs and the lock: who takes it, what it costs, what the second run is told.
import { describe, expect, it } from 'vitest';
import { cmd } from '../../../../src/core/command.ts';
import { BootstrapError } from '../../../../src/core/errors.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { flights, modules, network, ofType, operation, phase, runOn, states, task } from '../support.ts';

const lock = { host: 'm1', owner: 'alice@laptop' };
const phases = [phase('one', task('Load', modules, { on: ['m1', 'w1'], args: ['ip_vs'] }))];

describe('the lock of a run', () => {
  it('is held while steps run and free afterwards', async () => {
    const fake = network('m1', 'w1');
    const held: number[] = [];
    await runOn(fake, phases, {
      lock,
      onEvent: ({ type }) => {
        if (type === 'step.started') held.push(fake.machine('m1').locks.size);
      },
    });
    expect(held).toEqual([1, 1]);
    expect(fake.machine('m1').locks.size).toBe(0);
  });

  it('is taken in the flight of the facts', async () => {
    const fake = network('m1', 'w1');
    await runOn(fake, phases, { lock });
    await runOn(fake, phases, { lock });
    // The second flight gives it back.
    expect(flights(fake)).toEqual({ m1: 2, w1: 1 });
  });

  it('keeps a second run from changing anything, with 8 and the name of the holder', async () => {
    const fake = network('m1', 'w1');
    let second: Awaited<ReturnType<typeof runOn>> | undefined;
    const nested = operation(() => ({ steps: [{ kind: 'exec', title: 'pause', command: cmd`pause` }] }), {
      repeats: 'in this test',
    });
    fake.machine('m1').knows('pause', () => undefined);
    let other: Promise<void> | undefined;
    await runOn(fake, [phase('one', task('Pause', nested, { on: ['m1'] }))], {
      lock,
      onEvent: ({ type }) => {
        if (type !== 'step.started') return;
        other = runOn(fake, phases, { lock }).then((result) => {
          second = result;
        });
      },
    });
    await other;
    expect(second).toMatchObject({ exitCode: 8, codes: ['lock.held'] });
    expect(second?.errors[0]).toMatchObject({
      message: 'the cluster test is locked by "up" of alice@laptop, for 60 s',
      data: { owner: 'alice@laptop', command: 'up', ageSeconds: 60 },
    });
    expect(ofType(second?.events ?? [], 'step.started')).toEqual([]);
    expect(fake.machine('w1').modules.loaded.size).toBe(0);
  });

  it('is freed when the run fails or is interrupted', async () => {
    const fake = network('m1', 'w1');
    fake.machine('w1').modules.loadable.clear();
    await runOn(fake, phases, { lock });
    expect(fake.machine('m1').locks.size).toBe(0);
    const controller = new AbortController();
    await runOn(fake, phases, {
      lock,
      signal: controller.signal,
      onEvent: ({ type }) => {
        if (type === 'facts.read') controller.abort();
      },
    });
    expect(fake.machine('m1').locks.size).toBe(0);
  });

  it('ends the run on all hosts when the shell that keeps it ends', async () => {
    const fake = network('m1', 'w1');
    fake.faults = {
      before: (host, { command }) => {
        if (host !== 'm1' || !command.text.startsWith('modprobe')) return;
        throw new BootstrapError('command.timeout', 'no end after 10 min', { where: { host } });
      },
    };
    const slow = operation(() => ({ steps: [] }), {});
    const tasks = ['ip_vs', 'ip_vs_rr', 'nf_conntrack'].map((name) =>
      task(`Load ${name}`, modules, { on: ['m1', 'w1'], args: [name] }),
    );
    const { events, exitCode } = await runOn(
      fake,
      [phase('one', ...tasks, task('Nothing', slow, { on: ['w1'] }))],
      {
        lock,
        maxFailures: 5,
      },
    );
    expect(exitCode).toBe(6);
    expect(
      states(events)
        .filter((text) => text.startsWith('w1'))
        .at(-1),
    ).toBe('w1: Nothing skipped');
    expect(fake.machine('w1').modules.loaded.has('nf_conntrack')).toBe(false);
  });

  it('needs flock', async () => {
    const fake = network('m1', 'w1');
    fake.faults = {};
    const machine = fake.machine('m1');
    const execute = machine.execute.bind(machine);
    machine.execute = (request, connection) =>
      request.command.text.includes('flock -n')
        ? { exitCode: 0, stdout: 'no-flock\n', stderr: '' }
        : execute(request, connection);
    const { exitCode, errors } = await runOn(fake, phases, { lock });
    expect(exitCode).toBe(5);
    expect(errors[0]?.hint).toContain('util-linux');
  });

  it('ends the run when it went with a connection that nobody saw go', async () => {
    const fake = network('m1', 'w1');
    const clock = new FakeClock();
    fake.machine('w1').knows('wait', () => {
      // m1 has nothing to do meanwhile; the next request there would connect anew.
      fake.host('m1').lose(new BootstrapError('connect.lost', 'gone', { where: { host: 'm1' } }));
      clock.pass(60_000);
      return undefined;
    });
    const wait = operation(() => ({ steps: [{ kind: 'exec', title: 'wait', command: cmd`wait` }] }), {
      repeats: 'in this test',
    });
    const { exitCode, errors, events } = await runOn(
      fake,
      [phase('wait', task('Wait', wait, { on: ['w1'] })), ...phases],
      { lock, clock },
    );
    expect(exitCode).toBe(4);
    expect(errors[0]).toMatchObject({ code: 'connect.lost', where: { host: 'm1' } });
    expect(errors[0]?.message).toContain('the lock is gone');
    expect(states(events).filter((text) => text.endsWith('Load changed'))).toEqual([]);
  });

  it('is looked at again only after a while', async () => {
    const fake = network('m1', 'w1');
    await runOn(fake, [...phases, ...phases], { lock });
    expect(fake.host('m1').log.filter((text) => text.includes('kill -0'))).toHaveLength(1);
  });
});
