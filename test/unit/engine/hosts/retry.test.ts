// Trying again: what for, how often, and what never.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmd } from '../../../../src/core/command.ts';
import { BootstrapError, type ErrorCode } from '../../../../src/core/errors.ts';
import { Retry, retryDeadlineMs } from '../../../../src/engine/hosts/retry.ts';
import type { Step } from '../../../../src/operations/operation.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { files, modules, network, ofType, phase, runOn, states, task } from '../support.ts';

const failure = (code: ErrorCode, host = 'w1') => new BootstrapError(code, 'gone', { where: { host } });
const exec: Step = { kind: 'exec', title: 'initialise', command: cmd`kubeadm init` };
const write: Step = { kind: 'write', title: 'write', path: '/x', content: 'x', mode: 0o644 };
const remove: Step = { kind: 'remove', title: 'remove', path: '/x' };

function retry(random = () => 0, mayReconnect = () => true) {
  const clock = new FakeClock();
  return { clock, it: new Retry({ clock, random, signal: undefined, mayReconnect }) };
}

describe('what is tried again', () => {
  it.each<[ErrorCode, readonly Step[], boolean]>([
    ['connect.lost', [], true],
    ['connect.lost', [write, remove], true],
    ['connect.lost', [exec], false],
    ['connect.lost', [write, exec], false],
    ['connect.refused', [exec], true],
    ['connect.timeout', [exec], true],
    ['connect.auth', [], false],
    ['connect.hostKey', [], false],
    ['command.failed', [write], false],
    ['command.timeout', [write], false],
    ['interrupted', [], false],
    ['internal', [], false],
  ])('%s with %j: %s', (code, unanswered, isTried) => {
    expect(retry().it.next(failure(code), unanswered) !== undefined).toBe(isTried);
  });

  it('a login that is refused while the host boots', () => {
    const details = { where: { host: 'w1' }, data: { isPassing: true } };
    expect(retry().it.next(new BootstrapError('connect.auth', 'booting', details), [exec])).toBeDefined();
  });

  it('nothing on a host that keeps the lock, which went with the connection', () => {
    expect(
      retry(
        () => 0,
        () => false,
      ).it.next(failure('connect.lost')),
    ).toBeUndefined();
  });

  it('nothing that is not known to be of a host', () => {
    expect(retry().it.next(new Error('x'))).toBeUndefined();
    expect(retry().it.next(new BootstrapError('connect.lost', 'x'))).toBeUndefined();
  });
});

describe('the pauses', () => {
  it('grow up to 15 seconds and end before the deadline, whatever chance says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        async (chances) => {
          let index = 0;
          const { clock, it: tries } = retry(() => chances[index++ % chances.length] ?? 0);
          const pauses: number[] = [];
          for (;;) {
            const next = tries.next(failure('connect.lost'));
            if (next === undefined) break;
            pauses.push(next.pauseMs);
            await tries.pause(next);
          }
          expect(clock.now()).toBeLessThanOrEqual(retryDeadlineMs);
          expect(pauses.length).toBeGreaterThan(5);
          pauses.forEach((pause, attempt) => {
            const whole = Math.min(15_000, 1000 * 2 ** attempt);
            expect(pause).toBeGreaterThanOrEqual(Math.floor(whole / 2));
            expect(pause).toBeLessThanOrEqual(whole);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are cut short by an interruption', async () => {
    const controller = new AbortController();
    controller.abort();
    const clock = new FakeClock();
    const tries = new Retry({ clock, random: () => 0, signal: controller.signal, mayReconnect: () => true });
    const next = tries.next(failure('connect.lost'));
    await expect(next && tries.pause(next)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a run whose connection is lost', () => {
  const hosts = ['m1', 'w1'];
  const lock = { host: 'm1', owner: 'me' };

  /** Cuts the connection to a host before the n-th request that contains a text. */
  function cutAt(fake: ReturnType<typeof network>, host: string, text: string, tries: number): void {
    let count = 0;
    fake.faults = {
      before: (name, { command }) => {
        if (name !== host || !command.text.includes(text)) return;
        count += 1;
        if (count <= tries) throw failure('connect.lost', host);
      },
    };
  }

  const phases = () => [
    phase('one', task('Write', files, { on: hosts, args: { '/etc/a.conf': 'a\n' } })),
    phase('two', task('Load', modules, { on: hosts, args: ['ip_vs'] })),
  ];

  it('reads again, all questions of a host together, and says so', async () => {
    const fake = network(...hosts);
    cutAt(fake, 'w1', 'probe', 1);
    const { exitCode, events, clock } = await runOn(fake, phases(), { lock });
    expect(exitCode).toBe(0);
    expect(ofType(events, 'host.retried')).toMatchObject([
      { host: 'w1', error: { code: 'connect.lost' }, attempt: 1, pauseMs: 1000 },
    ]);
    expect(clock.now()).toBe(1000);
  });

  it('writes again, through an sshd that is away for a while', async () => {
    const fake = network(...hosts);
    let isDown = false;
    fake.faults = {
      before: (host, { command }) => {
        if (isDown || host !== 'w1' || !command.text.includes('a.conf')) return;
        isDown = true;
        fake.refusing.set('w1', 3);
        throw failure('connect.lost');
      },
    };
    const { exitCode, events } = await runOn(fake, phases(), { lock });
    expect(exitCode).toBe(0);
    expect(fake.machine('w1').files.get('/etc/a.conf')?.content).toBe('a\n');
    expect(ofType(events, 'step.retried')).toMatchObject([
      { host: 'w1', task: 'Write', step: { title: 'write /etc/a.conf' }, attempt: 1 },
    ]);
    expect(ofType(events, 'host.retried').map(({ error }) => error.code)).toEqual(
      Array.from({ length: 3 }, () => 'connect.refused'),
    );
  });

  it('never runs a command again that may have run', async () => {
    const fake = network(...hosts);
    cutAt(fake, 'w1', 'modprobe', 1);
    const { codes, events } = await runOn(fake, phases(), { lock });
    expect(codes).toEqual(['connect.lost']);
    expect(ofType(events, 'step.retried')).toEqual([]);
    expect(states(events)).toContain('w1: Load failed');
  });

  it('gives up when its time is over', async () => {
    const fake = network(...hosts);
    cutAt(fake, 'w1', 'a.conf', Infinity);
    const { codes, clock } = await runOn(fake, phases(), { lock });
    expect(codes).toEqual(['connect.lost']);
    expect(clock.now()).toBeGreaterThan(retryDeadlineMs / 2);
    expect(clock.now()).toBeLessThanOrEqual(retryDeadlineMs);
  });

  it('is over at once where the lock was kept', async () => {
    const fake = network(...hosts);
    cutAt(fake, 'm1', 'a.conf', 1);
    const { codes, clock } = await runOn(fake, phases(), { lock });
    expect(codes).toEqual(['connect.lost']);
    expect(clock.now()).toBe(0);
  });
});
