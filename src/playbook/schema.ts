// The two kinds of playbook files: a phase with its tasks, and a list of phases.
import { z } from 'zod';
import { parseDuration } from './duration.ts';

const name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words with "-" between them');
const sentence = z
  .string()
  .trim()
  .min(1)
  .max(120)
  // Marks of direction would let a name look on the screen like another.
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069]*$/u, 'must be one line of plain text');

const durationTitle = 'a duration such as 90s or 5m, at most 24h';
const duration = z
  .string()
  .meta({ title: durationTitle, hint: 'Give it with its unit, such as 90s.' })
  .refine((text) => parseDuration(text) !== undefined, { error: `must be ${durationTitle}` })
  .transform((text) => parseDuration(text) ?? 0);

const task = z.strictObject({
  name: sentence.meta({ description: 'What it does, as an imperative sentence.' }),
  op: z.string().meta({ description: 'The operation, such as unit.running.' }),
  on: z
    .string()
    .default('all')
    .meta({ title: 'a group or the name of a host', description: 'The hosts: a group or the name of one.' }),
  with: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ description: "The operation's arguments; texts may contain ${{ expressions }}." }),
  when: z
    .array(
      z
        .string()
        .meta({ hint: "Write an expression in quotes, such as '${{ cluster.controlPlane.vip != nil }}'." }),
    )
    .meta({ hint: "Write it as a list of texts: ['${{ … }}']." })
    .default([])
    .meta({ description: 'Conditions such as ${{ cluster.controlPlane.vip != nil }}; all must hold.' }),
  serial: z.boolean().default(false).meta({ description: 'One host at a time, in inventory order.' }),
  wait: duration
    .optional()
    .meta({ description: 'How long to wait until the wanted state is reached: 90s, 5m.' }),
});

/** The keys of a task. */
export const taskKeys: readonly string[] = Object.keys(task.shape);

/** More tasks in one phase are no playbook. */
export const maxTasks = 1000;

export const phaseSchema = z.strictObject({
  name,
  title: sentence,
  tasks: z.array(task).min(1).max(maxTasks),
});

export const listSchema = z.strictObject({
  name,
  title: sentence,
  phases: z.array(z.string()).min(1).max(200).meta({ description: 'Names of phases, in order.' }),
});

export type PhaseFile = z.output<typeof phaseSchema>;
export type TaskEntry = PhaseFile['tasks'][number];
export type ListFile = z.output<typeof listSchema>;
