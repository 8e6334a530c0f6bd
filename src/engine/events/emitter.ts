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
      ...(redactEvent(event, redactor, false) as RunEventWithoutTime),
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
  'source',
  'certainty',
  'when',
  'id',
]);

/** Fields with parts of any name. */
const contents: ReadonlySet<string> = new Set(['data', 'rows']);

/** Takes secrets out of an event and of the records in it; of a field that is a name, only out of such records. */
function redactEvent(value: unknown, redactor: Redactor, isName: boolean): unknown {
  if (typeof value === 'string') return isName ? value : redactor.redact(value);
  if (Array.isArray(value)) return value.map((item) => redactEvent(item, redactor, isName));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      contents.has(key) ? redactor.redactData(item) : redactEvent(item, redactor, names.has(key)),
    ]),
  );
}
