// A plan is the truth: the run after it does exactly what it said, except where it said that this is decided later.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmd } from '../../../src/core/command.ts';
import { ask } from '../../../src/facts/fact.ts';
import type { FakeNetwork } from '../../support/fake-host.ts';
import { planBreaches } from '../../support/plan-truth.ts';
import {
  allFiles,
  files,
  json,
  jsonFact,
  modules,
  network,
  ofType,
  operation,
  phase,
  runOn,
  task,
  teach,
  units,
} from './support.ts';

const hosts = ['m1', 'w1', 'w2'];
const paths = ['/etc/a.conf', '/etc/b.conf', '/etc/c.conf'];
const moduleNames = ['ip_vs', 'ip_vs_rr', 'nf_conntrack'];

/** What a service has read, as it stands in a file of its own. */
const restarted = '/run/kubelet.read';

/** Restarts a service when its file is not the one that it has read. */
const restart = operation(
  (facts) => {
    const found = facts.get(ask(allFiles));
    return found[paths[0] ?? ''] === found[restarted]
      ? { steps: [] }
      : { steps: [{ kind: 'exec', title: 'restart kubelet', command: cmd`restart-kubelet` }] };
  },
  {
    needs: () => [{ query: ask(allFiles) }],
    reactsTo: (_args, { isHere, path }) => isHere && path === paths[0],
  },
);

const members = jsonFact<readonly string[]>('members', 'cluster');
const reads = { needs: () => [{ query: ask(members), host: 'm1' }] };

const join = (host: string) =>
  operation(
    (facts) =>
      facts.get(ask(members), 'm1').includes(host)
        ? { steps: [] }
        : { steps: [{ kind: 'exec', title: 'join', command: cmd`join ${host}`, on: 'm1' }] },
    { ...reads, name: 'test.joined' },
  );

/** A route to each member: which they are is known only when all have joined. */
const routes = operation(
  (facts) => {
    const wanted = facts.get(ask(members), 'm1').toSorted().join(' ');
    return facts.get(ask(allFiles))['/etc/routes'] === wanted
      ? { steps: [] }
      : {
          steps: [
            { kind: 'write', title: 'write routes', path: '/etc/routes', content: wanted, mode: 0o644 },
          ],
        };
  },
  {
    needs: () => [...reads.needs(), { query: ask(allFiles) }],
    reactsTo: (_args, change) => change.operation === 'test.joined',
  },
);

/** A setting that is there only once its module is loaded, which may then be as wanted already. */
const bridged = operation(
  (facts) => {
    const loaded = facts.get(ask(jsonFact<readonly string[]>('modules')));
    const step = { kind: 'exec', title: 'set bridge-nf-call', command: cmd`set-bridge` } as const;
    if (!loaded.includes('ip_vs')) return { steps: [step], unsettled: 'the kernel has no such setting yet' };
    return { steps: [] };
  },
  { needs: () => [{ query: ask(jsonFact('modules')) }] },
);

const phases = () => [
  phase(
    'prepare',
    task('Load modules', modules, { on: hosts, args: moduleNames }),
    task('Set the bridge', bridged, { on: hosts }),
    task('Write files', files, { on: hosts, args: Object.fromEntries(paths.map((path) => [path, 'new\n'])) }),
    task('Restart the kubelet', restart, { on: hosts }),
  ),
  phase('start', task('Start the kubelet', units, { on: hosts, args: ['kubelet'] })),
  phase('join', ...hosts.map((host) => task(`Join ${host}`, join(host), { on: [host] }))),
  phase('routes', task('Set routes', routes, { on: hosts })),
];

/** How things stand on a host before. */
interface State {
  readonly loaded: readonly string[];
  readonly files: readonly (string | null)[];
  readonly read: string | null;
  readonly isActive: boolean;
  readonly isMember: boolean;
  readonly routes: string | null;
}

const content = fc.option(fc.constantFrom('old\n', 'new\n'), { nil: null });
const state: fc.Arbitrary<State> = fc.record({
  loaded: fc.subarray(moduleNames),
  files: fc.tuple(content, content, content),
  read: content,
  isActive: fc.boolean(),
  isMember: fc.boolean(),
  routes: fc.option(fc.constantFrom('m1 w1 w2', 'm1'), { nil: null }),
});

function world(states: readonly State[]): FakeNetwork {
  const fake = network(...hosts);
  const joined = hosts.filter((_, index) => states[index]?.isMember === true);
  teach(fake, members, () => json(joined));
  fake.machine('m1').knows('join', (_machine, { words: [, name = ''] }) => {
    joined.push(name);
    return undefined;
  });
  hosts.forEach((host, index) => {
    const machine = fake.machine(host);
    const before = states[index];
    for (const name of before?.loaded ?? []) machine.modules.loaded.add(name);
    const texts = [
      ...paths.map((path, at) => [path, before?.files[at]] as const),
      [restarted, before?.read] as const,
      ['/etc/routes', before?.routes] as const,
    ];
    for (const [path, text] of texts) {
      if (text !== null && text !== undefined) machine.files.set(path, { content: text, mode: 0o644 });
    }
    machine.units.set('kubelet', { isActive: before?.isActive === true, isEnabled: true });
    machine.knows('set-bridge', () => undefined);
    machine.knows('restart-kubelet', (it) => {
      const read = it.files.get(paths[0] ?? '');
      if (read !== undefined) it.files.set(restarted, read);
      return undefined;
    });
  });
  return fake;
}

describe('a plan', () => {
  it('is what the run then does, however the hosts stand before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(state, state, state), async (states) => {
        const fake = world(states);
        const plan = await runOn(fake, phases(), { mode: 'plan' });
        const run = await runOn(fake, phases());
        expect(planBreaches(plan.events, run.events)).toEqual([]);
        expect(run.exitCode).toBe(0);
        const hasWork = ofType(plan.events, 'task.planned').length > 0;
        expect(plan.exitCode).toBe(hasWork ? 2 : 0);
        expect((await runOn(fake, phases(), { mode: 'plan' })).exitCode).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  const bare: State = {
    loaded: [],
    files: [null, null, null],
    read: null,
    isActive: false,
    isMember: false,
    routes: null,
  };

  it('says what an earlier change decides, and what it is', async () => {
    const { events } = await runOn(world([bare, bare, bare]), phases(), { mode: 'plan' });
    const deferred = ofType(events, 'task.planned').flatMap(({ host, task: name, deferred: why }) =>
      host === 'w1' && why !== undefined ? [[name, why]] : [],
    );
    expect(deferred).toEqual([
      ['Set the bridge', 'decided at run time: the kernel has no such setting yet'],
      ['Restart the kubelet', 'decided at run time: /etc/a.conf changes before'],
      ['Set routes', 'decided at run time: it hangs on what test.joined does before'],
    ]);
  });

  it('of another file of the same host leaves nothing open', async () => {
    const done: State = {
      ...bare,
      loaded: moduleNames,
      files: ['new\n', null, null],
      read: 'new\n',
      isActive: true,
      isMember: true,
      routes: 'm1 w1 w2',
    };
    const { events, exitCode } = await runOn(world([done, done, done]), phases(), { mode: 'plan' });
    expect(ofType(events, 'task.planned').map(({ task: name, deferred }) => [name, deferred])).toEqual(
      hosts.map(() => ['Write files', undefined]),
    );
    expect(exitCode).toBe(2);
  });
});

describe('the comparison of a plan and a run', () => {
  it('finds a step that nobody planned, and one that was planned and not done', async () => {
    const plan = await runOn(world([]), phases(), { mode: 'plan' });
    const other = world([]);
    const run = await runOn(other, [
      phase('prepare', task('Load modules', modules, { on: ['m1'], args: ['ip_vs'] })),
      phase('extra', task('Write files', files, { on: ['m1'], args: { '/etc/z': 'z' } })),
    ]);
    const breaches = planBreaches(plan.events, run.events);
    expect(breaches).toContain('m1 / extra / Write files: planned [], done [write /etc/z]');
    expect(breaches).toContain(
      'm1 / prepare / Load modules: planned [load ip_vs; load ip_vs_rr; load nf_conntrack], done [load ip_vs]',
    );
  });
});
