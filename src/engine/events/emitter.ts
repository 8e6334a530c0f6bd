// Stamps events with the time and takes known secrets out of them before anyone sees them; no warning comes twice.
import type { Clock } from '../../core/clock.ts';
import type { Redactor } from '../../core/secret.ts';
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
    sink({
      time: clock.date().toISOString(),
      ...(redactAll(event, redactor, 'text') as RunEventWithoutTime),
    });
  };
}

/** Fields that programs compare: a word that is also somebody's password must not change them. */
const names: ReadonlySet<string> = new Set([
  'type',
  'command',
  'mode',
  'cluster',
  'host',
  'hosts',
  'phase',
  'task',
  'operation',
  'state',
  'code',
  'kind',
  'on',
]);

/** Fields with parts of any name. */
const contents: ReadonlySet<string> = new Set(['data', 'rows']);

/** What a value stands for; below `content` all is content. */
type Role = 'text' | 'name' | 'content';

function redactAll(value: unknown, redactor: Redactor, role: Role): unknown {
  if (typeof value === 'string') return role === 'name' ? value : redactor.redact(value);
  if (Array.isArray(value)) return value.map((item) => redactAll(item, redactor, role));
  if (typeof value !== 'object' || value === null) return value;
  // Secret has a toJSON that masks; an event's data may contain one by mistake.
  if ('toJSON' in value && typeof value.toJSON === 'function') return (value.toJSON as () => unknown)();
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactAll(item, redactor, roleOf(key, role))]),
  );
}

function roleOf(key: string, parent: Role): Role {
  if (parent === 'content' || contents.has(key)) return 'content';
  return names.has(key) ? 'name' : 'text';
}
