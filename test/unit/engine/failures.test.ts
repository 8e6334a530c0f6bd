// What happens to a run when something fails: who goes on, what is said, which exit code.
import { describe, expect, it } from 'vitest';
import { cmd } from '../../../src/core/command.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import { Redactor, Secret } from '../../../src/core/secret.ts';
import { ask } from '../../../src/facts/fact.ts';
import type { FakeNetwork } from '../../support/fake-host.ts';
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

const hosts = ['m1', 'w1', 'w2'];
const two = (names = hosts) => [
  phase(
    'one',
    task('Load', modules, { on: names, args: ['ip_vs'] }),
    task('More', modules, { on: names, args: ['ip_vs_rr'] }),
  ),
  phase('two', task('Again', modules, { on: names, args: ['nf_conntrack'] })),
];

describe('a step that fails', () => {
  it('ends its host, lets the others finish the phase, and no further phase starts', async () => {
    const fake = network(...hosts);
    fake.machine('w1').modules.loadable.delete('ip_vs');
    const { exitCode, events, hosts: summary } = await runOn(fake, two());
    expect(exitCode).toBe(6);
    expect(states(events).toSorted()).toEqual([
      'm1: Load changed',
      'm1: More changed',
      'w1: Load failed',
      'w1: More skipped',
      'w2: Load changed',
      'w2: More changed',
    ]);
    expect(ofType(events, 'phase.finished').map(({ state }) => state)).toEqual(['failed']);
    expect(summary[1]).toMatchObject({ host: 'w1', failed: 1, skipped: 1, changed: 0 });
  });

  it('is named with host, task, title, exit code and the end of stderr', async () => {
    const fake = network('m1');
    const noise = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n');
    fake.machine('m1').knows('kubeadm', () => ({ exitCode: 3, stderr: `${noise}\nthe reason\n` }));
    const init = operation(() => ({
      steps: [{ kind: 'exec', title: 'initialise the cluster', command: cmd`kubeadm init` }],
    }));
    const { events, errors } = await runOn(fake, [phase('one', task('Initialise', init, { on: ['m1'] }))]);
    expect(errors[0]).toMatchObject({
      code: 'command.failed',
      message: 'initialise the cluster: exit code 3',
      where: { host: 'm1', task: 'Initialise' },
      data: { exitCode: 3 },
    });
    expect(errors[0]?.detail?.split('\n')).toHaveLength(20);
    expect(errors[0]?.detail?.endsWith('the reason')).toBe(true);
    expect(ofType(events, 'host.failed')[0]).toMatchObject({
      host: 'm1',
      error: { code: 'command.failed', place: 'm1: Initialise', data: { exitCode: 3 } },
    });
  });

  it('keeps the steps behind it from being run', async () => {
    const fake = network('m1');
    fake.machine('m1').modules.loadable.delete('ip_vs_rr');
    const all = ['ip_vs', 'ip_vs_rr', 'nf_conntrack'];
    const { events, hosts: summary } = await runOn(fake, [
      phase('one', task('Load', modules, { on: ['m1'], args: all })),
    ]);
    expect([...fake.machine('m1').modules.loaded]).toEqual(['ip_vs']);
    expect(ofType(events, 'step.started').map(({ step }) => step.title)).toEqual([
      'load ip_vs',
      'load ip_vs_rr',
    ]);
    expect(ofType(events, 'step.finished').map(({ step }) => step.title)).toEqual(['load ip_vs']);
    expect(summary[0]?.steps).toBe(1);
  });
});

describe('steps that do not lead to the wanted state', () => {
  it('are an error that lists what is still to do', async () => {
    const fake = network('m1');
    fake.machine('m1').knows('modprobe', () => undefined);
    const { codes, errors, exitCode } = await runOn(fake, two(['m1']));
    expect(codes).toEqual(['plan.notEmpty']);
    expect(errors[0]).toMatchObject({ detail: '- load ip_vs', data: { steps: ['load ip_vs'] } });
    expect(exitCode).toBe(6);
  });

  it('are told to programs without secrets too', async () => {
    const fake = network('m1');
    fake.machine('m1').knows('login', () => undefined);
    const login = operation(() => ({
      steps: [{ kind: 'exec', title: 'log in with hunter2hunter2', command: cmd`login` }],
    }));
    const redactor = new Redactor();
    redactor.add(new Secret('hunter2hunter2', 'password'));
    const phases = [phase('one', task('Log in', login, { on: ['m1'] }))];
    const { events, errors } = await runOn(fake, phases, { redactor });
    const data = { steps: ['log in with ********'] };
    expect(errors).toMatchObject([{ code: 'plan.notEmpty', data }]);
    expect(ofType(events, 'host.failed')).toMatchObject([{ error: { data } }]);
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });

  it('are expected of an operation that acts on every run', async () => {
    const fake = network('m1');
    fake.machine('m1').knows('restart', () => undefined);
    const restart = operation(
      () => ({ steps: [{ kind: 'exec', title: 'restart it', command: cmd`restart` }] }),
      { repeats: 'because it must' },
    );
    const { exitCode } = await runOn(fake, [phase('one', task('Restart', restart, { on: ['m1'] }))]);
    expect(exitCode).toBe(0);
  });
});

describe('problems', () => {
  const unfit = operation(() => ({
    steps: [],
    problems: [{ message: 'no IPVS', hint: 'build it', data: { node: 'w1' } }],
  }));

  it('found in the preview stop the run before any change, all of them together', async () => {
    const fake = network(...hosts);
    const { exitCode, codes, events } = await runOn(fake, [
      ...two(),
      phase('late', task('Check', unfit, { on: ['w1', 'w2'] })),
    ]);
    expect(exitCode).toBe(5);
    expect(codes).toEqual(['preflight.failed', 'preflight.failed']);
    expect(ofType(events, 'phase.started')).toEqual([]);
    expect(fake.machine('m1').modules.loaded.size).toBe(0);
    expect(ofType(events, 'problem')).toMatchObject([
      {
        host: 'w1',
        task: 'Check',
        code: 'preflight.failed',
        message: 'no IPVS',
        hint: 'build it',
        data: { node: 'w1' },
      },
      { host: 'w2' },
    ]);
  });

  it.each(['apply', 'plan'] as const)('do not hide the warnings: %s', async (mode) => {
    const warning = operation(() => ({ steps: [], warnings: ['short memory'] }));
    const stopping = operation(() => ({ steps: [], problems: [{ message: 'no IPVS' }] }));
    const { events } = await runOn(
      network('m1'),
      [
        phase('preflight', task('Stop', stopping, { on: ['m1'] })),
        phase('more', task('Warn', warning, { on: ['m1'] })),
      ],
      { mode },
    );
    expect(ofType(events, 'task.warning').map(({ message }) => message)).toEqual(['short memory']);
    expect(ofType(events, 'problem').map(({ message }) => message)).toEqual(['no IPVS']);
  });

  it.each(['apply', 'plan'] as const)('tell warnings once where the run goes on: %s', async (mode) => {
    const warning = operation(() => ({ steps: [], warnings: ['short memory'] }));
    const stopping = operation(() => ({ steps: [], problems: [{ message: 'no IPVS' }] }));
    const { events } = await runOn(
      network('m1', 'w1'),
      [
        phase('preflight', task('Stop', stopping, { on: ['m1'] })),
        phase('more', task('Warn', warning, { on: ['w1'] })),
      ],
      { mode, maxFailures: 1 },
    );
    expect(ofType(events, 'task.warning').map(({ host }) => host)).toEqual(['w1']);
  });
});

describe('a host that cannot be reached', () => {
  it('stops the run before any change, with all such hosts named', async () => {
    const fake = network(...hosts);
    fake.refusing.set('w1', Infinity).set('w2', Infinity);
    const { exitCode, events } = await runOn(fake, two());
    expect(exitCode).toBe(4);
    expect(ofType(events, 'host.failed').map(({ host }) => host)).toEqual(['w1', 'w2']);
    expect(fake.machine('m1').modules.loaded.size).toBe(0);
  });

  it('is left out when failures are put up with', async () => {
    const fake = network(...hosts);
    fake.refusing.set('w1', Infinity);
    const { exitCode, events } = await runOn(fake, two(), { maxFailures: 1 });
    expect(exitCode).toBe(4);
    expect(states(events).toSorted()).toEqual(
      ['m1', 'w2'].flatMap((host) => [
        `${host}: Again changed`,
        `${host}: Load changed`,
        `${host}: More changed`,
      ]),
    );
  });
});

describe('failures that are put up with', () => {
  it('let further phases run without the failed host', async () => {
    const fake = network(...hosts);
    fake.machine('w1').modules.loadable.delete('ip_vs');
    const { events, exitCode } = await runOn(fake, two(), { maxFailures: 1 });
    expect(exitCode).toBe(6);
    expect(states(events).filter((text) => text.includes('Again'))).toEqual([
      'm1: Again changed',
      'w2: Again changed',
    ]);
  });

  it('stop everything when there is one more', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const fake = network(...names);
    fake.machine('a').modules.loadable.clear();
    fake.machine('b').modules.loadable.clear();
    const { events } = await runOn(fake, two(names), { maxFailures: 1, concurrency: 1 });
    expect(states(events).filter((text) => text.endsWith('changed'))).toEqual([]);
  });
});

describe('facts that make no sense', () => {
  it('are facts.unreadable of that host', async () => {
    const fake = network('m1');
    const broken = jsonFact('broken');
    teach(fake, broken, () => ({ stdout: 'nonsense', stderr: 'kaputt' }));
    const look = operation(() => ({ steps: [] }), { needs: () => [{ query: ask(broken) }] });
    const { errors } = await runOn(fake, [phase('one', task('Look', look, { on: ['m1'] }))]);
    expect(errors[0]).toMatchObject({
      code: 'facts.unreadable',
      where: { host: 'm1', task: 'Look' },
      detail: 'kaputt',
      message: expect.stringContaining('cannot read broken: ') as string,
    });
  });
});

describe('a fact of another host that may be missing', () => {
  const load = jsonFact<number>('load');
  const compare = operation(
    (facts) => ({
      steps: [],
      report: [{ m1: `${facts.get(ask(load), 'm1')}`, w1: `${facts.get(ask(load), 'w1')}` }],
    }),
    { needs: () => ['m1', 'w1'].map((host) => ({ query: ask(load), host, optional: true as const })) },
  );
  const phases = [phase('one', task('Compare', compare, { on: ['m1'] }))];

  it('is undefined when that host cannot be reached, and the task goes on', async () => {
    const fake = network('m1', 'w1');
    teach(fake, load, () => json(7));
    fake.refusing.set('w1', Infinity);
    const { events, exitCode } = await runOn(fake, phases);
    expect(exitCode).toBe(0);
    expect(ofType(events, 'report')[0]?.rows).toEqual([{ m1: '7', w1: 'undefined' }]);
  });

  it('fails the task all the same when it makes no sense', async () => {
    const fake = network('m1', 'w1');
    teach(fake, load, () => ({ stdout: 'nonsense' }));
    const { codes } = await runOn(fake, phases);
    expect(codes).toEqual(['facts.unreadable']);
  });
});

describe('a bug in an operation', () => {
  it('is internal, of that host, and leaves nothing open', async () => {
    const fake = network('m1');
    const bug = operation(() => {
      throw new TypeError('x is undefined');
    });
    const { errors, exitCode } = await runOn(fake, [phase('one', task('Bug', bug, { on: ['m1'] }))]);
    expect(exitCode).toBe(70);
    expect(errors[0]?.message).toBe('this is a bug in ipvs-bootstrap: x is undefined');
    expect(errors[0]?.cause).toBeInstanceOf(TypeError);
    await expect(fake.host('m1').run({ command: cmd`true` })).rejects.toThrow('closed');
  });

  it('that asks for a fact it did not need is one too', async () => {
    const fake = network('m1');
    const bug = operation((facts) => {
      facts.get(ask(jsonFact('modules')));
      return { steps: [] };
    });
    const { errors } = await runOn(fake, [phase('one', task('Bug', bug, { on: ['m1'] }))]);
    expect(errors[0]?.message).toBe('the operation asks for modules without needing it');
  });
});

describe('a lost connection', () => {
  it('fails the host once, whatever else was asked', async () => {
    const fake = network(...hosts);
    fake.faults = {
      before: (host) => {
        if (host === 'w1')
          throw new BootstrapError('connect.lost', 'the connection was lost', { where: { host } });
      },
    };
    const { events, codes, exitCode } = await runOn(fake, two());
    expect(codes).toEqual(['connect.lost']);
    expect(ofType(events, 'host.failed')[0]?.error.place).toBe('w1: Load');
    expect(exitCode).toBe(4);
  });
});

describe('the exit code of a run on several hosts', () => {
  const refuse = (fake: FakeNetwork, host: string) => fake.refusing.set(host, Infinity);
  const breakStep = (fake: FakeNetwork, host: string) => fake.machine(host).modules.loadable.delete('ip_vs');

  it('is that of the reason when all that failed did so for the same', async () => {
    const fake = network(...hosts);
    refuse(fake, 'w1');
    refuse(fake, 'w2');
    expect((await runOn(fake, two(), { maxFailures: 2 })).exitCode).toBe(4);
  });

  it('is 1 when hosts failed for different reasons', async () => {
    const fake = network(...hosts);
    refuse(fake, 'w1');
    breakStep(fake, 'w2');
    const { exitCode, hosts: summary } = await runOn(fake, two(), { maxFailures: 2 });
    expect(exitCode).toBe(1);
    expect(summary.map(({ error }) => error?.code)).toEqual([undefined, 'connect.refused', 'command.failed']);
  });

  it('is 70 for a bug, whatever else failed', async () => {
    const fake = network(...hosts);
    refuse(fake, 'w1');
    const bug = operation(() => {
      throw new TypeError('x is undefined');
    });
    const phases = [phase('one', task('Bug', bug, { on: ['w2'] }), ...(two()[0]?.tasks ?? []))];
    expect((await runOn(fake, phases, { maxFailures: 2 })).exitCode).toBe(70);
  });
});

describe('a host that others need', () => {
  const joined = jsonFact<readonly string[]>('joined', 'cluster');
  const join = (host: string) =>
    operation(
      (facts) =>
        facts.get(ask(joined), 'm1').includes(host)
          ? { steps: [] }
          : { steps: [{ kind: 'exec', title: 'join', command: cmd`join ${host}` }] },
      { needs: () => [{ query: ask(joined), host: 'm1' }] },
    );
  const phases = () => [
    phase('init', task('Init', modules, { on: ['m1'], args: ['ip_vs'] })),
    phase('join', ...['w1', 'w2'].map((host) => task(`Join ${host}`, join(host), { on: [host] }))),
    phase('later', task('More', modules, { on: ['w1', 'w2'], args: ['ip_vs_rr'] })),
  ];
  const world = () => {
    const fake = network(...hosts);
    teach(fake, joined, () => json([]));
    return fake;
  };

  it('takes along only what needs it when it fails, and is named alone', async () => {
    const fake = world();
    fake.machine('m1').modules.loadable.delete('ip_vs');
    const { events, codes, exitCode } = await runOn(fake, phases(), { maxFailures: 1 });
    expect(states(events)).toEqual([
      'm1: Init failed',
      'w1: Join w1 skipped',
      'w2: Join w2 skipped',
      'w1: More changed',
      'w2: More changed',
    ]);
    expect(ofType(events, 'task.finished')[1]?.reason).toBe('m1 failed, and this needs it');
    expect(codes).toEqual(['command.failed']);
    expect(exitCode).toBe(6);
  });

  it('is the only one named when it cannot be reached', async () => {
    const fake = world();
    fake.refusing.set('m1', Infinity);
    const { codes, events } = await runOn(fake, phases(), { maxFailures: 1 });
    expect(codes).toEqual(['connect.refused']);
    expect(states(events).filter((text) => text.includes('More'))).toEqual([
      'w1: More changed',
      'w2: More changed',
    ]);
    const plan = await runOn(fake, phases(), { mode: 'plan', maxFailures: 1 });
    expect(plan.codes).toEqual(['connect.refused']);
    const reasons = ofType(plan.events, 'task.finished').map(({ host, reason }) => [host, reason]);
    expect(reasons).toContainEqual(['w1', 'm1 failed, and this needs it']);
  });
});
