// What the emitter does to events on their way.
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { createEmitter } from '../../../src/engine/emitter.ts';
import type { RunEvent } from '../../../src/engine/events.ts';

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
