// A run as plain lines, for pipes and log viewers: one line per thing that changed, waited or failed.
import type { EventSink, StepView } from '../engine/events/events.ts';
import { diagnosisLines } from './diagnosis-text.ts';
import { formatDuration } from './format.ts';
import { handle, type EventHandlers } from './handlers.ts';
import type { Output } from './output.ts';
import { errorLines } from './problem-text.ts';
import { reportLines, summaryLines } from './run-text.ts';
import { retryText, waitText, WaitLines } from './wait-text.ts';

/** Prints a run's events as they come; unchanged tasks are left to the summary. */
export function createPlainScreen(output: Output): EventSink {
  const { style, progress } = output;
  const waits = new WaitLines();
  const handlers: EventHandlers = {
    'host.connected': (event) => {
      progress(`${event.host}: connected in ${formatDuration(event.durationMs)}`);
    },
    'phase.started': (event) => {
      progress(style.strong(event.title));
    },
    'task.waiting': (event) => {
      if (waits.isWorth(event)) progress(`${event.host}: ${event.task}: ${waitText(event)}`);
    },
    'step.waiting': (event) => {
      progress(`${event.host}: ${waitText(event)}`);
    },
    'host.waiting': (event) => {
      progress(`${event.host}: ${waitText(event)}`);
    },
    'step.finished': (event) => {
      progress(`${event.host}: ${event.step.title} (${formatDuration(event.durationMs)})`);
    },
    ...resultHandlers(output),
    'task.diagnosed': (event) => {
      if (event.when === 'slow') progress(`${event.host}: ${event.task}: this takes longer than usual`);
      for (const line of diagnosisLines(event, style)) progress(line);
    },
  };
  return (event) => {
    void handle(handlers, event);
  };
}

/** What every screen for people prints of plans, findings and ends. */
export function resultHandlers(output: Output): EventHandlers {
  const { style, progress, result } = output;
  const printAll = (print: (line: string) => void, lines: readonly string[]): void => {
    for (const line of lines) print(line);
  };
  return {
    'host.retried': (event) => {
      progress(retryText(event, style));
    },
    'step.retried': (event) => {
      progress(retryText(event, style));
    },
    'task.warning': (event) => {
      progress(`${style.changed('warning')} ${event.host}: ${event.message}`);
    },
    'task.planned': (event) => {
      const deferred = event.deferred === undefined ? [] : [`  ${event.deferred}`];
      const lines = [...event.steps.flatMap(plannedLines), ...deferred];
      printAll(result, [style.strong(`${event.host}: ${event.task}`), ...lines]);
    },
    problem: (event) => {
      printAll(progress, errorLines({ ...event, place: event.host }, style));
    },
    'host.failed': (event) => {
      printAll(progress, errorLines(event.error, style));
    },
    'task.diagnosed': (event) => {
      // What only took long is over when a list has been drawn to its end.
      if (event.when === 'failed') printAll(progress, diagnosisLines(event, style));
    },
    report: (event) => {
      printAll(result, reportLines(event, style));
    },
    'run.finished': (event) => {
      printAll(result, summaryLines(event, style));
    },
  };
}

/** A planned step with its diff. */
function plannedLines(step: StepView): readonly string[] {
  const diff = step.diff === undefined ? [] : step.diff.trimEnd().split('\n');
  return [`  ${step.title}`, ...diff.map((line) => `    ${line}`)];
}
