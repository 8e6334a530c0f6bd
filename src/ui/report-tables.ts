// A screen that shows nothing but what tasks report: the rows of all hosts as one table per task, and errors.
import type { EventSink } from '../engine/events.ts';
import { formatTable } from './format.ts';
import { handle, type EventHandlers } from './handlers.ts';
import type { Output } from './output.ts';
import { errorLines } from './problem-text.ts';

type Row = Readonly<Record<string, string>>;

export class ReportTables {
  readonly #output: Output;
  readonly #tables = new Map<string, Map<string, readonly Row[]>>();
  #hosts: readonly string[] = [];
  readonly #handlers: EventHandlers = {
    'run.started': ({ hosts }) => {
      this.#hosts = hosts;
    },
    report: ({ task, host, rows }) => {
      const table = this.#tables.get(task) ?? new Map<string, readonly Row[]>();
      this.#tables.set(task, table.set(host, rows));
    },
    'host.failed': ({ error }) => {
      errorLines(error, this.#output.style).forEach(this.#output.progress);
    },
  };

  constructor(output: Output) {
    this.#output = output;
  }

  readonly screen: { readonly sink: EventSink; readonly drawn: () => Promise<void> } = {
    sink: (event) => {
      void handle(this.#handlers, event);
    },
    drawn: async () => undefined,
  };

  /** Prints the tables, rows in the order of the run's hosts. */
  print(): void {
    const { style, result } = this.#output;
    for (const [task, byHost] of this.#tables) {
      const rows = this.#hosts.flatMap((host) => byHost.get(host) ?? []);
      const [heading, ...lines] = formatTable(rows);
      if (heading === undefined) continue;
      [style.strong(task), style.faint(heading), ...lines, ''].forEach((line) => {
        result(line);
      });
    }
  }
}
