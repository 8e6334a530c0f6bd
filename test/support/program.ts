// Runs the built program as a user does, and reads what it says as data.
import { execa } from 'execa';
import { runEventSchema } from '../../src/engine/events/event-schema.ts';
import type { HostSummary, RunEvent } from '../../src/engine/events/events.ts';
import { entry } from './entry.ts';

export interface ProgramResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** One call of the program; a failing one is a result. */
export async function program(...args: readonly string[]): Promise<ProgramResult> {
  const started = performance.now();
  const { exitCode, stdout, stderr } = await execa(process.execPath, [entry, ...args], {
    reject: false,
    stdin: 'ignore',
    timeout: 40 * 60_000,
  });
  return { exitCode, stdout, stderr, seconds: Math.round((performance.now() - started) / 100) / 10 };
}

export interface RunRecord extends ProgramResult {
  readonly events: readonly RunEvent[];
  readonly hosts: readonly HostSummary[];
}

/** A run with `--output json`: its events, which must be as published, and what became of each host. */
export async function recordedRun(...args: readonly string[]): Promise<RunRecord> {
  const result = await program(...args, '--output', 'json');
  const events = result.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => runEventSchema.parse(JSON.parse(line)));
  const end = events.find((event) => event.type === 'run.finished');
  return { ...result, events, hosts: end?.hosts ?? [] };
}

/** The sentences of the problems that a run found. */
export function problemsOf({ events }: RunRecord): readonly string[] {
  return events.flatMap((event) => (event.type === 'problem' ? [event.message] : []));
}

/** For a failed expectation: what the run said last. */
export function tail({ stdout, stderr }: ProgramResult): string {
  return [...stdout.split('\n').slice(-15), ...stderr.split('\n').slice(-15)].join('\n');
}
