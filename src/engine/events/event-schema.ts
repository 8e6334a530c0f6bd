// The schema of run events: what `--output json` and journals consist of. Programs rely on it: see docs/automation.md.
import { z } from 'zod';
import { reportData } from '../../operations/report-data.ts';
import {
  causeView,
  errorCode,
  errorView,
  field,
  hostName,
  hostSummary,
  milliseconds,
  sightingView,
  stepView,
  taskFields,
  taskState,
  wholeNumber,
} from './event-parts.ts';
import { statusFields } from './status-schema.ts';

/** Counts up when a field goes away or changes its meaning; not for new types of events, fields and codes. */
export const eventSchemaVersion = 1;

const duration = field(milliseconds, 'How long it took, in milliseconds.');
const waited = field(milliseconds, 'How long it has taken so far, in milliseconds.');
const step = field(stepView, 'The step.');
const attempt = field(z.int().min(1), 'How many times it was tried before.');
const pause = field(milliseconds, 'How long it waits before the next try, in milliseconds.');
const reason = field(z.string(), 'What is being waited for, for people.');
const cause = field(
  z.string(),
  'The likeliest cause, for people, once it was looked for: see task.diagnosed.',
).exactOptional();
const failure = field(errorView, 'What went wrong.');

/** One kind of event: its type, the sentence that the reference shows, its fields. */
function event<Type extends string, Shape extends z.core.$ZodLooseShape>(
  type: Type,
  description: string,
  shape: Shape,
) {
  const stamp = {
    type: field(z.literal(type), 'What happened.'),
    time: field(z.iso.datetime(), 'When, as ISO 8601 in UTC.'),
  };
  return z
    .strictObject({ ...stamp, ...shape })
    .meta({ title: type, description })
    .readonly();
}

const runEvents = [
  event('run.started', 'The run begins. Always the first event.', {
    schema: field(z.literal(eventSchemaVersion), 'Version of this schema.'),
    command: field(z.string(), 'The command, such as up or plan.'),
    mode: field(z.enum(['apply', 'plan']), 'Whether the run may change hosts, or only shows what it would.'),
    cluster: field(z.string(), 'Name of the cluster in the inventory.'),
    hosts: field(z.array(z.string()).readonly(), 'The hosts that take part, in order of the inventory.'),
  }),
  event('run.finished', 'The run is over. Always the last event, unless the program was killed.', {
    hosts: field(z.array(hostSummary).readonly(), 'What became of each host.'),
    durationMs: duration,
    exitCode: field(wholeNumber, 'The exit code of the program.'),
  }),
] as const;

const hostEvents = [
  event('host.connecting', 'A connection to a host is being made.', { host: hostName }),
  event('host.connected', 'A host is connected.', { host: hostName, durationMs: duration }),
  event('host.waiting', 'Something on a host takes long. Comes every 30 seconds.', {
    host: hostName,
    reason,
    waitedMs: waited,
  }),
  event('host.retried', 'Connecting a host or reading from it failed, and is tried again.', {
    host: hostName,
    error: failure,
    attempt,
    pauseMs: pause,
  }),
  event('host.failed', 'Something went wrong on a host, which takes it out of the run.', {
    host: hostName,
    error: failure,
  }),
  event('facts.read', 'What the run needs to know was looked at on all hosts for the first time.', {
    hosts: field(wholeNumber, 'How many hosts were asked.'),
    facts: field(wholeNumber, 'How many questions were asked.'),
    durationMs: duration,
  }),
] as const;

const phaseEvents = [
  event('phase.started', 'A phase begins.', {
    phase: taskFields.phase,
    title: field(z.string(), 'What it is for, for people.'),
  }),
  event('phase.finished', 'A phase is over on all hosts.', {
    phase: taskFields.phase,
    state: field(taskState, 'The state of its tasks; the worst when they differ.'),
    durationMs: duration,
  }),
] as const;

const taskEvents = [
  event('task.started', 'A task begins on a host.', taskFields),
  event('task.waiting', 'A task waits until something is so, and looks again from time to time.', {
    ...taskFields,
    reason,
    waitedMs: waited,
    limitMs: field(milliseconds, 'How long it may wait at most, counted like waitedMs.'),
    cause,
  }),
  event('task.warning', 'Something works and is still worth a thought.', {
    ...taskFields,
    message: field(z.string(), 'The warning, for people.'),
  }),
  event(
    'task.diagnosed',
    'A task failed or takes longer than usual, so its hosts were looked at. After a failure it follows `host.failed`.',
    {
      ...taskFields,
      when: field(z.enum(['failed', 'slow']), 'Whether it has failed, or goes on.'),
      causes: field(
        z.array(causeView).readonly(),
        'Known causes that explain what was seen, the likeliest first.',
      ),
      seen: field(z.array(sightingView).readonly(), 'All that was seen, without secrets.'),
    },
  ),
  event('task.planned', 'In a plan: what a task would do on a host.', {
    ...taskFields,
    operation: field(z.string(), 'The operation, which tells what kind of thing the steps change.'),
    steps: field(z.array(stepView).readonly(), 'The steps, in order.'),
    deferred: field(
      z.string(),
      'Why the steps, or more of them, are decided only when the task runs.',
    ).exactOptional(),
  }),
  event('task.finished', 'A task is over on a host.', {
    ...taskFields,
    state: field(taskState, 'What became of it.'),
    steps: field(wholeNumber, 'How many steps were applied, or in a plan would be.'),
    durationMs: duration,
    reason: field(z.string(), 'Why it failed or was skipped, for people.').exactOptional(),
  }),
  event('report', 'What a task shows: a table, or data alone where it found problems.', {
    ...taskFields,
    rows: field(
      z.array(z.record(z.string(), z.string()).readonly()).readonly(),
      'The rows, each a map from the name of a column to a text.',
    ),
    data: field(reportData, 'The same and more, for programs.').exactOptional(),
  }),
  event('problem', 'What keeps a task from being done, or a finding of a check.', {
    ...taskFields,
    code: field(errorCode, 'What programs should look at.'),
    message: field(z.string(), 'The problem, for people; its words may change.'),
    hint: field(z.string(), 'What to do about it.').exactOptional(),
    data: field(
      z.record(z.string(), z.unknown()).readonly(),
      'The parts of the problem, for programs: see verify.md.',
    ).exactOptional(),
  }),
] as const;

const stepEvents = [
  event('step.started', 'A step is sent to its host.', { ...taskFields, step }),
  event('step.progress', 'So much of a file has arrived.', {
    ...taskFields,
    step,
    fraction: field(z.number().min(0).max(1), 'From 0 to 1.'),
  }),
  event('step.waiting', 'A step takes long. Comes every 30 seconds.', {
    ...taskFields,
    step,
    waitedMs: waited,
    limitMs: field(milliseconds, 'How long it may take at most.').exactOptional(),
    cause,
  }),
  event('step.retried', 'A step that may safely be done twice failed, and its task is tried again.', {
    ...taskFields,
    step,
    error: failure,
    attempt,
    pauseMs: pause,
  }),
  event('step.finished', 'A step is done.', { ...taskFields, step, durationMs: duration }),
] as const;

const statusEvents = [
  event('status', 'The cluster at one moment. The only event of the command status.', statusFields),
] as const;

export const runEventSchema = z.discriminatedUnion('type', [
  ...runEvents,
  ...hostEvents,
  ...phaseEvents,
  ...taskEvents,
  ...stepEvents,
  ...statusEvents,
]);
