// Parts that several run events share: steps, errors, counts of a host. Published as a schema, so each says what it is.
import { z } from 'zod';
import { errorCodes, type ErrorCode, type ErrorData } from '../../core/errors.ts';
import { sources, type Source } from '../../facts/diagnosis/sighting.ts';

/** A field with the sentence that the reference shows. */
export function field<Schema extends z.ZodType>(schema: Schema, description: string): Schema {
  return schema.meta({ description });
}

export const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

export const taskState = z.enum(['unchanged', 'changed', 'failed', 'skipped', 'planned']);

export const milliseconds = z.number().min(0);

export const wholeNumber = z.int().min(0);

export const hostName = field(z.string(), 'Name of the host in the inventory.');

/** What places an event in a run. */
export const taskFields = {
  phase: field(z.string(), 'Name of the phase.'),
  task: field(z.string(), 'Name of the task, which is unique in its phase.'),
  host: hostName,
};

export const stepView = z
  .strictObject({
    kind: field(z.enum(['exec', 'write', 'remove', 'upload']), 'What it does to the host.'),
    title: field(z.string(), 'What it does, as a sentence for people.'),
    path: field(z.string(), 'The file that it writes, removes or uploads.').exactOptional(),
    diff: field(
      z.string(),
      'Unified diff of the text file or API object; of a secret only what it is called.',
    ).exactOptional(),
    on: field(z.string(), 'The host that does it, when that is another than the task’s.').exactOptional(),
  })
  .readonly();

/** What errors tell beside their words. */
export const errorData: z.ZodType<ErrorData> = z
  .strictObject({
    exitCode: field(z.int(), 'Exit code of the command that failed.').optional(),
    limitMs: field(milliseconds, 'How long it might take at most, in milliseconds.').optional(),
    address: field(z.string(), 'Address that was to be reached.').optional(),
    port: field(z.int(), 'Its port.').optional(),
    bastion: field(z.string(), 'The bastion whose address, user and host key these are.').optional(),
    user: field(z.string(), 'Who was to be logged in.').optional(),
    isPassing: field(z.boolean(), 'Whether it goes away by itself, as while a host boots.').optional(),
    isRunning: field(z.boolean(), 'Whether what was to be ended may still run on the host.').optional(),
    fingerprint: field(z.string(), 'SHA256 fingerprint of the host key that was shown.').optional(),
    path: field(z.string(), 'The file that it is about.').optional(),
    fact: field(z.string(), 'The question whose answer makes no sense.').optional(),
    steps: field(z.array(z.string()).readonly(), 'Steps that are still to do.').optional(),
    problems: field(wholeNumber, 'How many problems were found; each is an event of its own.').optional(),
    diagnosis: field(z.string(), 'The likeliest cause, as diagnosis.md names it.').optional(),
    owner: field(z.string(), 'Who holds the lock.').optional(),
    command: field(z.string(), 'What the holder of the lock runs.').optional(),
    isOwnerGone: field(
      z.boolean(),
      'Whether the connection of the lock’s holder has ended, while something that it began runs on.',
    ).optional(),
    ageSeconds: field(wholeNumber, 'How long the lock has been held, in seconds.').optional(),
  })
  .readonly();

export const errorView = z
  .strictObject({
    code: field(errorCode, 'What programs should look at.'),
    message: field(z.string(), 'What happened, for people; its words may change.'),
    place: field(z.string(), 'The host and task, or file, line and column.').exactOptional(),
    hint: field(z.string(), 'What to do about it.').exactOptional(),
    detail: field(z.string(), 'Evidence, such as the last lines of a command’s output.').exactOptional(),
    data: field(errorData, 'What the message tells, for programs: some of these.').exactOptional(),
  })
  .readonly();

export const sightingView = z
  .strictObject({
    host: field(z.string(), 'The host that was asked.'),
    source: field(z.enum(Object.keys(sources) as [Source, ...Source[]]), 'Where the lines come from.'),
    of: field(z.string(), 'What they are of, such as a unit or a pod.'),
    node: field(z.string(), 'The node that they are about, where the API told them.').exactOptional(),
    lines: field(z.array(z.string()).readonly(), 'The last lines, each once.'),
  })
  .readonly();

export const causeView = z
  .strictObject({
    id: field(z.string(), 'The cause, as diagnosis.md names it.'),
    certainty: field(
      z.enum(['sure', 'likely', 'symptom']),
      'How much it explains; a symptom may follow from something else.',
    ),
    message: field(z.string(), 'The cause, for people; its words may change.'),
    hint: field(z.string(), 'What to do about it.'),
    evidence: field(z.array(sightingView).readonly(), 'The lines that say so.'),
  })
  .readonly();

export const hostSummary = z
  .strictObject({
    host: hostName,
    changed: field(wholeNumber, 'Tasks that changed the host, or in a plan would.'),
    unchanged: field(wholeNumber, 'Tasks that found nothing to do.'),
    skipped: field(wholeNumber, 'Tasks that did not take place.'),
    failed: field(wholeNumber, 'Tasks that failed.'),
    steps: field(wholeNumber, 'Steps that were applied, or in a plan would be.'),
    error: field(errorView, 'The first thing that went wrong on this host.').exactOptional(),
  })
  .readonly();
