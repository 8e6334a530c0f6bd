// What a run looks at when something fails or takes long, and what it says about it.
import { describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import type { HostConnector } from '../../../src/core/host.ts';
import type { DiagnosisRequest } from '../../../src/diagnosis/request.ts';
import type { Plan } from '../../../src/operations/operation.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import type { FakeNetwork } from '../../support/fake-host.ts';
import { network, ofType, operation, phase, runOn, task } from './support.ts';

const unknownFlag = [
  '== unit kubelet',
  ' ActiveState=activating',
  '== log kubelet',
  ' run.go:72] "command failed" err="failed to parse kubelet flag: unknown flag: --nope"',
  ' joined with abcdef.0123456789abcdef',
].join('\n');

const request: DiagnosisRequest = {
  version: 'v1.37.2',
  api: 'm1',
  pods: [],
  hosts: ['m1'],
  suspects: [],
  usualMs: 30_000,
  decisive: ['kubelet'],
};

interface World {
  /** May go by how many seconds back logs are read. */
  readonly host?: string | ((sinceSeconds: number) => string);
  readonly cluster?: string;
  readonly request?: Partial<DiagnosisRequest>;
}

/** How many looks at hosts there were is in `looks`. */
function world({ host = '', cluster = '', request: changes = {} }: World) {
  const fake = network('m1', 'w1');
  const looks: string[] = [];
  for (const machine of fake.machines.values()) {
    machine.recognises((text) => {
      if (text.includes('journalctl')) {
        looks.push(machine.name);
        return typeof host === 'string' ? host : host(Number(/since='?-(\d+)s/.exec(text)?.[1]));
      }
      return text.includes('kubectl') ? cluster : undefined;
    });
  }
  const diagnosis = () => ({ ...request, ...changes });
  const fails: Plan = {
    steps: [{ kind: 'exec', title: 'start it', command: script('fail-now') }],
  };
  const plans = (plan: Plan) => operation(() => plan, { diagnosis });
  return { fake, looks, fails: plans(fails), waits: plans({ steps: [], pending: 'm1 is not ready' }) };
}

function failing(fake: FakeNetwork): FakeNetwork {
  fake
    .machine('m1')
    .recognises((text) => (text === 'fail-now' ? { exitCode: 1, stderr: 'it did not work' } : undefined));
  return fake;
}

describe('after a failure', () => {
  it('names the cause beside the error, in an event of its own', async () => {
    const { fake, fails } = world({ host: unknownFlag });
    const { events, errors } = await runOn(failing(fake), [phase('p', task('t', fails, { on: ['m1'] }))]);
    expect(errors[0]).toMatchObject({ code: 'command.failed', message: 'start it: exit code 1' });
    expect(errors[0]?.data).toEqual({ exitCode: 1, diagnosis: 'kubelet.unknown-flag' });
    const [told] = ofType(events, 'task.diagnosed');
    expect(told).toMatchObject({
      when: 'failed',
      host: 'm1',
      task: 't',
      causes: [{ id: 'kubelet.unknown-flag' }],
    });
    const types = events.map(({ type }) => type);
    expect(types.indexOf('task.diagnosed')).toBe(types.indexOf('host.failed') + 1);
  });

  it('shows what was seen without secrets', async () => {
    const { fake, fails } = world({ host: unknownFlag });
    const { events } = await runOn(failing(fake), [phase('p', task('t', fails, { on: ['m1'] }))]);
    const text = JSON.stringify(ofType(events, 'task.diagnosed'));
    expect(text).toContain('joined with abcdef.********');
    expect(text).not.toContain('0123456789abcdef');
  });

  it('blames no pod and no node of another host for what the command says', async () => {
    const cluster =
      '== nodes\n w1 DiskPressure True KubeletHasDiskPressure kubelet has disk pressure\n== now\n 1\n';
    const { fake, fails } = world({ host: '', cluster });
    fake
      .machine('m1')
      .recognises((text) =>
        text === 'fail-now'
          ? { exitCode: 1, stderr: 'Get "https://10.0.0.1:6443": dial tcp 10.0.0.1:6443: i/o timeout' }
          : undefined,
      );
    const { events } = await runOn(fake, [phase('p', task('t', fails, { on: ['m1'] }))]);
    expect(ofType(events, 'task.diagnosed')[0]?.causes.map(({ id }) => id)).toEqual([
      'kubeadm.endpoint-unreachable',
    ]);
  });

  it('says so when no cause is known, with what was seen', async () => {
    const { fake, fails } = world({ host: '== log kubelet\n nothing known' });
    const { events, errors } = await runOn(failing(fake), [phase('p', task('t', fails, { on: ['m1'] }))]);
    expect(errors[0]?.data).toEqual({ exitCode: 1 });
    expect(ofType(events, 'task.diagnosed')[0]).toMatchObject({
      causes: [],
      seen: [
        { source: 'output', lines: ['it did not work'] },
        { source: 'kubelet', lines: ['nothing known'] },
      ],
    });
  });

  it('keeps the first error when nothing can be looked at', async () => {
    const { fake, fails } = world({ host: 'no sense at all' });
    const { errors, events } = await runOn(failing(fake), [phase('p', task('t', fails, { on: ['m1'] }))]);
    expect(errors.map(({ message }) => message)).toEqual(['start it: exit code 1']);
    expect(ofType(events, 'task.diagnosed')[0]?.seen.map(({ source }) => source)).toEqual(['output']);
  });

  it('looks at nothing for an operation that names nothing, and still knows what the command says', async () => {
    const { fake, looks } = world({ host: unknownFlag });
    fake
      .machine('m1')
      .recognises((text) =>
        text === 'fail-now' ? { exitCode: 1, stderr: 'write: no space left on device' } : undefined,
      );
    const fails = operation(() => ({
      steps: [{ kind: 'exec', title: 'start it', command: script('fail-now') }],
    }));
    const { events } = await runOn(fake, [phase('p', task('t', fails, { on: ['m1'] }))]);
    expect(looks).toEqual([]);
    expect(ofType(events, 'task.diagnosed')[0]?.causes.map(({ id }) => id)).toEqual(['pods.disk-full']);
  });

  it('looks at nothing when a problem says itself what is wrong', async () => {
    const { fake, looks } = world({ host: unknownFlag });
    const problems = operation(() => ({ steps: [], problems: [{ message: 'no' }] }), {
      diagnosis: () => request,
    });
    const { events } = await runOn(fake, [phase('p', task('t', problems, { on: ['m1'] }))]);
    expect(ofType(events, 'task.diagnosed')).toEqual([]);
    expect(looks).toEqual([]);
  });

  it('says that it looks when that takes a while', async () => {
    const clock = new FakeClock();
    const slow = world({
      host: () => {
        clock.pass(5000);
        return unknownFlag;
      },
    });
    const { events } = await runOn(failing(slow.fake), [phase('p', task('t', slow.fails, { on: ['m1'] }))], {
      clock,
    });
    const [sign] = ofType(events, 'task.waiting');
    expect(sign).toMatchObject({ reason: 'it failed; looking for the cause', limitMs: 60_000 });
    expect(events.map(({ type }) => type).lastIndexOf('task.waiting')).toBeLessThan(
      events.findIndex(({ type }) => type === 'host.failed'),
    );
  });

  it('ends a look at once when the run is to stop, and tells what failed', async () => {
    const { fake, fails } = world({});
    const stopping = new AbortController();
    const hanging: HostConnector = {
      connect: (name, signal) => fake.connect(name, signal),
      connectApart: async (name) => {
        const host = await fake.connect(name);
        return {
          name,
          run: ({ signal }) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener('abort', () => {
                reject(new BootstrapError('interrupted', 'interrupted'));
              });
              stopping.abort();
            }),
          upload: (upload) => host.upload(upload),
          statistics: () => host.statistics(),
          close: () => host.close(),
        };
      },
    };
    const { events, codes } = await runOn(failing(fake), [phase('p', task('t', fails, { on: ['m1'] }))], {
      connector: hanging,
      signal: stopping.signal,
    });
    expect(codes[0]).toBe('command.failed');
    expect(ofType(events, 'task.diagnosed')[0]?.seen.map(({ source }) => source)).toEqual(['output']);
  });

  it('looks at nothing when the host is lost', async () => {
    const { fake, looks, fails } = world({ host: unknownFlag });
    fake.faults = {
      before: (host, { command }) => {
        if (command.text !== 'fail-now') return;
        throw new BootstrapError('connect.lost', 'lost', { where: { host } });
      },
    };
    const { codes, events } = await runOn(fake, [phase('p', task('t', fails, { on: ['m1'] }))]);
    expect(codes).toEqual(['connect.lost']);
    expect([looks, ofType(events, 'task.diagnosed')]).toEqual([[], []]);
  });

  it('looks at the nodes that the API says are not well, and at the API’s host when it is silent', async () => {
    const cluster =
      '== nodes\n w1 Ready Unknown NodeStatusUnknown Kubelet stopped posting node status.\n== now\n 1\n';
    const suspects = world({ host: unknownFlag, cluster, request: { hosts: [], suspects: ['w1'] } });
    await runOn(failing(suspects.fake), [phase('p', task('t', suspects.fails, { on: ['m1'] }))]);
    expect(suspects.looks).toEqual(['w1']);
    const silent = world({
      host: unknownFlag,
      cluster: '== unreachable\n no route\n',
      request: { hosts: [], suspects: ['w1'] },
    });
    await runOn(failing(silent.fake), [phase('p', task('t', silent.fails, { on: ['m1'] }))]);
    expect(silent.looks).toEqual(['m1']);
  });
});

describe('while something takes longer than usual', () => {
  it('says no cause any more that is gone a minute later', async () => {
    let looked = 0;
    const stopped = '== unit containerd\n ActiveState=failed';
    const { fake, waits } = world({ host: () => ((looked += 1) === 1 ? stopped : '') });
    const { events } = await runOn(fake, [phase('p', task('t', waits, { on: ['m1'], waitMs: 180_000 }))]);
    const signs = ofType(events, 'task.waiting').filter(({ cause }) => cause !== undefined);
    expect(signs.length).toBeGreaterThan(0);
    expect(Math.max(...signs.map(({ waitedMs }) => waitedMs))).toBeLessThan(130_000);
    expect(ofType(events, 'task.diagnosed').filter(({ when }) => when === 'slow')).toHaveLength(1);
  });

  it('says the cause once, and with every further sign of life, and waits on', async () => {
    const { fake, waits, looks } = world({ host: '== unit containerd\n ActiveState=failed' });
    const { events, codes } = await runOn(fake, [
      phase('p', task('t', waits, { on: ['m1'], waitMs: 120_000 })),
    ]);
    expect(codes).toEqual(['command.timeout']);
    expect(ofType(events, 'task.diagnosed').map(({ when }) => when)).toEqual(['slow', 'failed']);
    expect(looks).toHaveLength(3);
    const signs = ofType(events, 'task.waiting');
    expect(signs.filter(({ waitedMs, cause }) => waitedMs < 30_000 && cause !== undefined)).toEqual([]);
    expect(signs.at(-1)?.cause).toBe(
      'the container runtime of m1 does not run (systemd says of containerd: failed)',
    );
  });

  it('ends early when what is in the way was there twice and does not go away by itself', async () => {
    const { fake, waits } = world({ host: unknownFlag });
    const { errors, clock } = await runOn(fake, [
      phase('p', task('t', waits, { on: ['m1'], waitMs: 300_000 })),
    ]);
    expect(errors[0]?.code).toBe('command.failed');
    expect(errors[0]?.message).toMatch(/^m1 is not ready \(waited \d+ s, and no longer/);
    expect(clock.now()).toBeLessThan(80_000);
  });

  it('waits on when such a cause is gone again, or is not about what is waited for', async () => {
    let looked = 0;
    const passing = world({ host: () => ((looked += 1) === 1 ? unknownFlag : '') });
    const elsewhere = world({ host: unknownFlag, request: { decisive: ['pod'] } });
    for (const { fake, waits } of [passing, elsewhere]) {
      const { codes } = await runOn(fake, [phase('p', task('t', waits, { on: ['m1'], waitMs: 120_000 }))]);
      expect(codes).toEqual(['command.timeout']);
    }
  });

  it('waits on when what was in the way was put right after it was told', async () => {
    // Said all the time until shortly before the first look, at 30 s; never again.
    const lastSaidMs = 29_000;
    const sinces: number[] = [];
    const clock = new FakeClock();
    const mended = world({
      host: (sinceSeconds) => {
        sinces.push(sinceSeconds);
        return clock.now() - sinceSeconds * 1000 <= lastSaidMs ? unknownFlag : '';
      },
    });
    const { codes } = await runOn(
      mended.fake,
      [phase('p', task('t', mended.waits, { on: ['m1'], waitMs: 120_000 }))],
      { clock },
    );
    expect(codes).toEqual(['command.timeout']);
    expect(sinces).toHaveLength(3);
  });

  it('says nothing of what ends as it should', async () => {
    const { fake, looks } = world({ host: unknownFlag });
    let reads = 0;
    const soon = operation(() => ((reads += 1) > 5 ? { steps: [] } : { steps: [], pending: 'soon' }), {
      diagnosis: () => request,
    });
    const { events, codes } = await runOn(fake, [
      phase('p', task('t', soon, { on: ['m1'], waitMs: 60_000 })),
    ]);
    expect([codes, looks, ofType(events, 'task.diagnosed')]).toEqual([[], [], []]);
  });
});
