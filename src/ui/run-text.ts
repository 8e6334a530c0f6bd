// The texts that end a run: report tables and the summary of each host.
import { count } from '../core/count.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { HostSummary, RunEvent } from '../engine/events/events.ts';
import { formatDuration, formatTable } from './format.ts';
import type { Style } from './style.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** A task's report as a titled table. */
export function reportLines(event: EventOf<'report'>, style: Style): readonly string[] {
  const [heading, ...rows] = formatTable(event.rows);
  if (heading === undefined) return [];
  return ['', style.strong(`${event.task} (${event.host})`), style.faint(heading), ...rows];
}

/** One line per host, and one for the whole run. */
export function summaryLines(event: EventOf<'run.finished'>, style: Style): readonly string[] {
  const width = Math.max(0, ...event.hosts.map(({ host }) => host.length));
  const changed = event.hosts.reduce((sum, host) => sum + host.changed, 0);
  const failed = event.hosts.filter((host) => host.failed > 0 || host.error !== undefined);
  const verdict =
    failed.length > 0
      ? style.bad(`${count(failed.length, 'host')} failed: ${failed.map(failureName).join(', ')}`)
      : changed > 0
        ? style.changed(
            `${count(changed, 'task')} ${event.exitCode === exitCodes.changesNeeded ? 'to change' : 'changed'}`,
          )
        : event.exitCode === exitCodes.interrupted
          ? style.bad('interrupted')
          : style.good('nothing to change');
  return [
    '',
    ...event.hosts.map((host) => `${host.host.padEnd(width)}   ${hostCounts(host, style)}`),
    `${verdict}, ${formatDuration(event.durationMs)}`,
  ];
}

function failureName({ host, error }: HostSummary): string {
  return error === undefined ? host : `${host} [${error.code}]`;
}

function hostCounts(host: HostSummary, style: Style): string {
  const cell = (name: string, amount: number, paint: (text: string) => string): string => {
    const text = `${name} ${amount}`;
    return amount > 0 ? paint(text) : style.faint(text);
  };
  return [
    cell('changed', host.changed, style.changed),
    cell('unchanged', host.unchanged, style.good),
    cell('skipped', host.skipped, style.faint),
    // A host that never came to a task has failed as well.
    cell('failed', Math.max(host.failed, host.error === undefined ? 0 : 1), style.bad),
  ].join('   ');
}
