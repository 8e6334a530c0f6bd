// What the emitter does to events on their way.
import { expect, it } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import { Redactor, Secret } from '../../../../src/core/secret.ts';
import { createEmitter } from '../../../../src/engine/events/emitter.ts';
import type { RunEvent } from '../../../../src/engine/events/events.ts';

it('tells a warning of a host once, whichever tasks come to it', () => {
  const events: RunEvent[] = [];
  const emit = createEmitter((event) => events.push(event), systemClock, new Redactor());
  const warn = (phase: string, host: string, message: string): void => {
    emit({ type: 'task.warning', phase, task: 'Compare', host, message });
  };
  warn('preflight', 'm1', 'short memory');
  warn('verify', 'm1', 'short memory');
  warn('verify', 'w1', 'short memory');
  warn('verify', 'm1', 'another');
  expect(
    events.map((event) => ('phase' in event && 'host' in event ? `${event.phase} ${event.host}` : '')),
  ).toEqual(['preflight m1', 'verify w1', 'verify m1']);
});

it('takes secrets out of all texts, and leaves the names by which programs tell events apart', () => {
  const events: RunEvent[] = [];
  const redactor = new Redactor();
  // A bad password is a word like any other.
  for (const word of ['master1', 'changed', 'command.failed', 'exec', 'Join', 'problem']) {
    redactor.add(new Secret(word, 'password'));
  }
  const emit = createEmitter((event) => events.push(event), systemClock, redactor);
  const at = { phase: 'join-nodes', task: 'Join', host: 'master1' };
  const error = { code: 'command.failed', message: 'master1 said no' } as const;
  emit({
    type: 'step.retried',
    ...at,
    step: { kind: 'exec', title: 'ask master1', on: 'master1' },
    error,
    attempt: 1,
    pauseMs: 1,
  });
  emit({ type: 'task.finished', ...at, state: 'changed', steps: 1, durationMs: 1, reason: 'changed' });
  emit({ type: 'problem', ...at, code: 'command.failed', message: 'problem', data: { host: 'master1' } });
  emit({ type: 'report', ...at, rows: [{ host: 'master1' }] });
  expect(events).toMatchObject([
    {
      type: 'step.retried',
      ...at,
      step: { kind: 'exec', title: 'ask ********', on: 'master1' },
      error: { code: 'command.failed', message: '******** said no' },
    },
    { type: 'task.finished', ...at, state: 'changed', reason: '********' },
    { type: 'problem', ...at, code: 'command.failed', message: '********', data: { host: '********' } },
    { type: 'report', ...at, rows: [{ host: '********' }] },
  ]);
});

it('leaves the names of hosts in the first event and the last', () => {
  const events: RunEvent[] = [];
  const redactor = new Redactor();
  redactor.add(new Secret('master1', 'password'));
  const emit = createEmitter((event) => events.push(event), systemClock, redactor);
  emit({ type: 'run.started', schema: 1, command: 'up', mode: 'apply', cluster: 'lab', hosts: ['master1'] });
  const counts = { changed: 0, unchanged: 0, skipped: 0, failed: 1, steps: 0 };
  const error = { code: 'connect.lost', message: 'master1 is gone' } as const;
  emit({ type: 'run.finished', hosts: [{ host: 'master1', ...counts, error }], durationMs: 1, exitCode: 5 });
  expect(events).toMatchObject([
    { hosts: ['master1'] },
    { hosts: [{ host: 'master1', error: { message: '******** is gone' } }] },
  ]);
});
