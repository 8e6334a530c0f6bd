import { describe, expect, it } from 'vitest';
import type { RunEventWithoutTime } from '../../../src/engine/events/events.ts';
import { createPlainScreen } from '../../../src/ui/plain-screen.ts';
import { recordingOutput } from '../../support/recording-output.ts';

const at = { phase: 'load-kernel-modules', task: 'Load ip_vs', host: 'worker1' };
const planned = { ...at, operation: 'file.present' };

function show(...events: readonly RunEventWithoutTime[]): ReturnType<typeof recordingOutput> {
  const output = recordingOutput();
  const sink = createPlainScreen(output);
  for (const event of events) sink({ ...event, time: '2026-01-01T00:00:00.000Z' });
  return output;
}

describe('the plain screen', () => {
  it('says a line for each step that ended', () => {
    const step = { kind: 'exec', title: 'load ip_vs' } as const;
    const { progressed } = show(
      { type: 'phase.started', phase: at.phase, title: 'Load the kernel modules' },
      { type: 'step.finished', ...at, step, durationMs: 12 },
    );
    expect(progressed).toEqual(['Load the kernel modules', 'worker1: load ip_vs (12 ms)']);
  });

  it('says what is waited for and for how long', () => {
    const { progressed } = show({
      type: 'task.waiting',
      ...at,
      reason: 'node worker1 is not Ready',
      waitedMs: 12_000,
      limitMs: 300_000,
    });
    expect(progressed).toEqual([
      'worker1: Load ip_vs: waiting 12.0 s of 5 min 00 s: node worker1 is not Ready',
    ]);
  });

  it('says at once what takes longer than usual, and the cause with each wait from then on', () => {
    const cause = {
      id: 'a.b',
      certainty: 'sure',
      message: 'no iptables',
      hint: 'Bring it.',
      evidence: [],
    } as const;
    const told = show({ type: 'task.diagnosed', ...planned, when: 'slow', causes: [cause], seen: [] });
    expect(told.progressed.slice(0, 2)).toEqual([
      'worker1: Load ip_vs: this takes longer than usual',
      '  likely cause: no iptables [a.b]',
    ]);
    const waits = show({
      type: 'task.waiting',
      ...planned,
      reason: '0 of 2 pods run',
      waitedMs: 30_000,
      limitMs: 300_000,
      cause: 'no iptables',
    });
    expect(waits.progressed).toEqual([
      'worker1: Load ip_vs: waiting 30.0 s of 5 min 00 s: 0 of 2 pods run; likely cause: no iptables',
    ]);
  });

  it('prints a planned file with its diff as a result', () => {
    const step = { kind: 'write', title: 'write /etc/x', diff: '-old\n+new\n' } as const;
    const { results } = show({ type: 'task.planned', ...planned, steps: [step] });
    expect(results).toEqual(['worker1: Load ip_vs', '  write /etc/x', '    -old', '    +new']);
  });

  it('says what is decided at run time', () => {
    const { results } = show({
      type: 'task.planned',
      ...planned,
      steps: [],
      deferred: 'decided at run time: x',
    });
    expect(results).toEqual(['worker1: Load ip_vs', '  decided at run time: x']);
  });

  it('ends with a line per host and a verdict', () => {
    const base = { skipped: 0, failed: 0, steps: 0 };
    const { results } = show({
      type: 'run.finished',
      hosts: [
        { host: 'master1', changed: 0, unchanged: 17, ...base },
        { host: 'w1', changed: 0, unchanged: 9, ...base },
      ],
      durationMs: 800,
      exitCode: 0,
    });
    expect(results).toEqual([
      '',
      'master1   changed 0   unchanged 17   skipped 0   failed 0',
      'w1        changed 0   unchanged 9   skipped 0   failed 0',
      'nothing to change, 800 ms',
    ]);
  });

  it('does not say that all is well when it was interrupted', () => {
    const { results } = show({ type: 'run.finished', hosts: [], durationMs: 800, exitCode: 130 });
    expect(results.at(-1)).toBe('interrupted, 800 ms');
  });

  it('counts a host as failed that never came to a task', () => {
    const counts = { changed: 0, unchanged: 0, skipped: 0, failed: 0, steps: 0 };
    const error = { code: 'connect.refused', message: 'refused' } as const;
    const { results } = show({
      type: 'run.finished',
      hosts: [{ host: 'w1', ...counts, error }],
      durationMs: 13,
      exitCode: 4,
    });
    expect(results.slice(1)).toEqual([
      'w1   changed 0   unchanged 0   skipped 0   failed 1',
      '1 host failed: w1 [connect.refused], 13 ms',
    ]);
  });

  it('says a wait when it begins, when its reason changes, and every half minute', () => {
    const wait = (reason: string, waitedMs: number) =>
      ({ type: 'task.waiting', ...at, reason, waitedMs, limitMs: 300_000 }) as const;
    const { progressed } = show(
      ...[0, 500, 5000, 29_000, 30_000, 59_000, 61_000].map((waitedMs) => wait('not Ready', waitedMs)),
      wait('no pods', 61_500),
      wait('no pods', 62_000),
    );
    expect(progressed.map((line) => line.slice('worker1: Load ip_vs: waiting '.length))).toEqual([
      '0 ms of 5 min 00 s: not Ready',
      '30.0 s of 5 min 00 s: not Ready',
      '1 min 01 s of 5 min 00 s: not Ready',
      '1 min 02 s of 5 min 00 s: no pods',
    ]);
  });

  it('says that a step takes long, and what is tried again', () => {
    const step = { kind: 'exec', title: 'initialise the control plane' } as const;
    const error = { code: 'connect.lost', message: 'the connection was lost' } as const;
    const { progressed } = show(
      { type: 'step.waiting', ...at, step, waitedMs: 60_000, limitMs: 600_000 },
      { type: 'step.retried', ...at, step, error, attempt: 1, pauseMs: 1500 },
      { type: 'host.waiting', host: 'worker1', reason: 'reading what is there', waitedMs: 30_000 },
    );
    expect(progressed).toEqual([
      'worker1: waiting 1 min 00 s of 10 min 00 s: initialise the control plane',
      'retry worker1: the connection was lost; trying again in 1.5 s [connect.lost]',
      'worker1: waiting 30.0 s: reading what is there',
    ]);
  });
});
