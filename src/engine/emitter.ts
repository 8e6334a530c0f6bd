// Stamps events with the time and takes known secrets out of them before anyone sees them; no warning comes twice.
import type { Clock } from '../core/clock.ts';
import type { Redactor } from '../core/secret.ts';
import type { EventSink, RunEventWithoutTime } from './events.ts';

export type Emit = (event: RunEventWithoutTime) => void;

export function createEmitter(sink: EventSink, clock: Clock, redactor: Redactor): Emit {
  const warned = new Set<string>();
  return (event) => {
    if (event.type === 'task.warning') {
      const warning = `${event.host}\n${event.message}`;
      if (warned.has(warning)) return;
      warned.add(warning);
    }
    sink({ time: clock.date().toISOString(), ...(redactAll(event, redactor) as RunEventWithoutTime) });
  };
}

function redactAll(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value);
  if (Array.isArray(value)) return value.map((item) => redactAll(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  // Secret has a toJSON that masks; an event's data may contain one by mistake.
  if ('toJSON' in value && typeof value.toJSON === 'function') return (value.toJSON as () => unknown)();
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactAll(item, redactor)]));
}
