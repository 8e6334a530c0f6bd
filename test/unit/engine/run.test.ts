// A whole run on fake machines: what it changes, what it costs, what it says.
import { describe, expect, it } from 'vitest';
import { cmd } from '../../../src/core/command.ts';
import { Secret } from '../../../src/core/secret.ts';
import { ask } from '../../../src/facts/fact.ts';
import {
  files,
  flights,
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
  units,
} from './support.ts';

const hosts = ['m1', 'w1', 'w2'];
const peerFact = jsonFact<string>('peer', 'cluster');
const verified = jsonFact<string>('verified');

/** Three phases: modules and files everywhere, a unit, and a check that only reads. */
const phases = () => [
  phase(
    'prepare',
    task('Load modules', modules, { on: hosts, args: ['ip_vs', 'ip_vs_rr'] }),
    task('Write files', files, { on: hosts, args: { '/etc/a.conf': 'a\n', '/etc/b.conf': 'b\n' } }),
  ),
  phase('start', task('Start kubelet', units, { on: hosts, args: ['kubelet'] })),
  phase(
    'verify',
    task(
      'Check the cluster',
      operation((facts) => ({ steps: [], report: [{ node: facts.get(ask(peerFact), 'm1') }] }), {
        needs: () => [{ query: ask(peerFact), host: 'm1' }, { query: ask(verified) }],
      }),
      { on: hosts },
    ),
  ),
];

function world() {
  const fake = network(...hosts);
  teach(fake, peerFact, () => json('ready'));
  teach(fake, verified, () => json('yes'));
  return fake;
}

describe('a first run', () => {
  it('changes what differs, phase after phase, and ends with 0', async () => {
    const fake = world();
    const { exitCode, hosts: summary, events } = await runOn(fake, phases());
    expect(exitCode).toBe(0);
    const machine = fake.machine('w2');
    expect([...machine.modules.loaded]).toEqual(['ip_vs', 'ip_vs_rr']);
    expect(machine.files.get('/etc/b.conf')).toEqual({ content: 'b\n', mode: 0o644 });
    expect(machine.units.get('kubelet')).toEqual({ isActive: true, isEnabled: true });
    expect(summary[0]).toEqual({ host: 'm1', changed: 3, unchanged: 1, skipped: 0, failed: 0, steps: 5 });
    const order = events
      .filter(({ type }) => type.startsWith('phase.'))
      .map((event) => `${event.type} ${'phase' in event ? event.phase : ''}`);
    expect(order).toEqual(
      ['prepare', 'start', 'verify'].flatMap((name) => [`phase.started ${name}`, `phase.finished ${name}`]),
    );
  });

  it('ends with run.finished and reports what checks found', async () => {
    const { events } = await runOn(world(), phases());
    expect(events[0]).toMatchObject({ type: 'run.started', command: 'up', cluster: 'test', hosts });
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', exitCode: 0 });
    const reports = ofType(events, 'report').map(({ host, rows }) => [host, rows]);
    expect(reports.toSorted()).toEqual(hosts.map((host) => [host, [{ node: 'ready' }]]));
  });

  it('sends the steps of a task together and reads the next facts along with the plan that must be empty', async () => {
    const fake = world();
    const prepare = phases().slice(0, 1);
    await runOn(fake, prepare);
    // Facts; modules; facts again with those of the next task; files; facts again.
    expect(flights(fake)).toEqual({ m1: 5, w1: 5, w2: 5 });
  });
});

describe('a second run', () => {
  it('changes nothing with one connection and one flight per host, checks included', async () => {
    const fake = world();
    await runOn(fake, phases());
    const before = fake.connections.length;
    const { exitCode, events } = await runOn(fake, phases());
    expect(exitCode).toBe(0);
    expect(ofType(events, 'step.started')).toEqual([]);
    expect(states(events).every((state) => state.endsWith('unchanged'))).toBe(true);
    expect(ofType(events, 'report')).toHaveLength(3);
    expect(fake.connections).toHaveLength(before + 3);
    expect(flights(fake)).toEqual({ m1: 1, w1: 1, w2: 1 });
  });

  it('needs no more with a hundred hosts and a limit of ten at once', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
    const fake = network(...names);
    const all = [phase('prepare', task('Load modules', modules, { on: names, args: [] }))];
    await runOn(fake, all, { concurrency: 10 });
    expect(new Set(Object.values(flights(fake)))).toEqual(new Set([1]));
  });

  it('asks equal questions of several tasks once', async () => {
    const fake = world();
    await runOn(fake, [...phases(), phase('again', task('Load modules', modules, { on: hosts, args: [] }))]);
    await runOn(fake, phases());
    expect(fake.host('w1').log.toSorted()).toEqual(
      ['files', 'modules', 'units', 'verified'].map((name) => `probe ${name}`),
    );
    expect(fake.host('m1').log).toContain('probe peer');
  });
});

describe('plan mode', () => {
  it('shows steps with diffs, changes nothing and ends with 2', async () => {
    const fake = world();
    fake.machine('w1').files.set('/etc/a.conf', { content: 'old\n', mode: 0o644 });
    const { exitCode, events, hosts: summary } = await runOn(fake, phases(), { mode: 'plan' });
    expect(exitCode).toBe(2);
    expect(fake.machine('w1').modules.loaded.size).toBe(0);
    const planned = ofType(events, 'task.planned');
    expect(planned.find(({ host, task: name }) => host === 'w1' && name === 'Write files')?.steps).toEqual([
      {
        kind: 'write',
        title: 'write /etc/a.conf',
        path: '/etc/a.conf',
        diff: '--- /etc/a.conf\n+++ /etc/a.conf\n@@ -1,1 +1,1 @@\n-old\n+a\n',
      },
      {
        kind: 'write',
        title: 'write /etc/b.conf',
        path: '/etc/b.conf',
        diff: '--- /dev/null\n+++ /etc/b.conf\n@@ -0,0 +1,1 @@\n+b\n',
      },
    ]);
    expect(summary[1]).toMatchObject({ host: 'w1', changed: 3, unchanged: 1, steps: 5 });
  });

  it('ends with 0 after a run', async () => {
    const fake = world();
    await runOn(fake, phases());
    const { exitCode, events } = await runOn(fake, phases(), { mode: 'plan' });
    expect(exitCode).toBe(0);
    expect(ofType(events, 'task.planned')).toEqual([]);
    expect(ofType(events, 'report')).toHaveLength(3);
  });

  it('shows exactly the steps that the run then takes', async () => {
    const fake = world();
    const plan = await runOn(fake, phases(), { mode: 'plan' });
    const applied = await runOn(fake, phases());
    const planned = ofType(plan.events, 'task.planned').flatMap((event) =>
      event.steps.map((step) => `${event.host} ${step.title}`),
    );
    const done = ofType(applied.events, 'step.finished').map(({ host, step }) => `${host} ${step.title}`);
    expect(done.toSorted()).toEqual(planned.toSorted());
  });

  it('takes no lock', async () => {
    const fake = world();
    await runOn(fake, phases(), { mode: 'plan', lock: { host: 'm1', owner: 'me' } });
    expect(fake.host('m1').log.every((text) => text.startsWith('probe'))).toBe(true);
  });

  it('says what is decided at run time', async () => {
    const fake = world();
    const pending = operation(() => ({ steps: [], pending: 'the node to be ready' }));
    const drift = operation(() => ({ steps: [], problems: [{ message: 'no virtual server' }] }), {
      problemCode: 'verify.drift',
    });
    const { exitCode, events } = await runOn(
      fake,
      [phase('wait', task('Wait', pending, { on: ['w1'] }), task('Check', drift, { on: ['w1'] }))],
      { mode: 'plan' },
    );
    // Nobody knows that nothing is to be done, so it is not said.
    expect(exitCode).toBe(2);
    expect(ofType(events, 'task.planned').map(({ deferred }) => deferred)).toEqual([
      'decided at run time: the node to be ready',
      'decided at run time: no virtual server',
    ]);
  });
});

describe('what a run shows', () => {
  const password = new Secret('correct horse', 'VRRP password');
  const whole = new Secret('auth correct horse\n', 'keepalived.conf');

  it('never contains a secret of its steps, arguments or outputs', async () => {
    const fake = world();
    const leaky = operation(
      () => ({
        steps: [{ kind: 'exec', title: 'use it', command: cmd`leak`, stdin: password }],
      }),
      {},
    );
    fake
      .machine('w1')
      .knows('leak', (_machine, { stdin }) => ({ exitCode: 1, stderr: `bad: ${stdin.toString()}` }));
    const { events, errors } = await runOn(fake, [
      phase(
        'secret',
        task('Write', files, { on: ['w1'], args: { '/etc/k.conf': whole } }),
        task('Leak', leaky, { on: ['w1'], args: { password } }),
      ),
    ]);
    expect(fake.machine('w1').files.get('/etc/k.conf')?.content).toBe('auth correct horse\n');
    expect(JSON.stringify(events)).not.toContain('correct horse');
    expect(errors[0]?.detail).toBe('bad: ********');
    expect(ofType(events, 'step.finished')[0]?.step.diff).toBe('(secret: keepalived.conf)\n');
  });

  it('carries a time in every event', async () => {
    const { events } = await runOn(world(), phases());
    expect(events.every(({ time }) => !Number.isNaN(Date.parse(time)))).toBe(true);
  });
});
