// A run on a terminal: a spinner while facts are read, then one live list per phase.
import type { Ora } from 'ora';
import { count } from '../core/count.ts';
import type { RunEvent } from '../engine/events/events.ts';
import { formatDuration } from './format.ts';
import { handle, type EventHandlers, type EventOf } from './handlers.ts';
import { LiveList } from './live-list.ts';
import type { Output } from './output.ts';
import { resultHandlers } from './plain-screen.ts';
import { createSpinner } from './spinner.ts';
import { waitText } from './wait-text.ts';

/** More hosts than this share one line: a screen has few. */
const mostLines = 12;

/** Shows a run live. Results and errors wait until the list that is being drawn has ended. */
export class PrettyScreen {
  readonly #spinner: Ora;
  readonly #results: EventHandlers;
  readonly #live: EventHandlers = {
    'run.started': (event) => {
      this.#hosts = event.hosts;
      this.#spinner.start(`Connecting to ${count(event.hosts.length, 'host')}`);
    },
    'host.connected': (event) => {
      if (this.#spinner.isSpinning) this.#spinner.text = `${event.host} connected, reading what is there`;
    },
    'facts.read': (event) => {
      if (!this.#spinner.isSpinning) return;
      this.#spinner.succeed(`Read ${count(event.hosts, 'host')} in ${formatDuration(event.durationMs)}`);
    },
    'phase.started': (event) => {
      this.#startPhase(event);
    },
    'task.started': (event) => {
      this.#show(event.host, event.task);
    },
    'task.waiting': (event) => {
      this.#show(event.host, waitText(event));
    },
    'step.waiting': (event) => {
      this.#show(event.host, waitText(event));
    },
    'host.waiting': (event) => {
      if (this.#spinner.isSpinning) this.#spinner.text = `${event.host}: ${waitText(event)}`;
      this.#show(event.host, waitText(event));
    },
    'step.started': (event) => {
      this.#show(event.host, event.step.title);
    },
    'step.progress': (event) => {
      this.#show(event.host, `${event.step.title} ${(event.fraction * 100).toFixed(0)} %`);
    },
    'task.finished': (event) => {
      this.#steps += event.steps;
      if (event.state === 'failed') this.#list?.fail(event.host);
    },
    'phase.finished': (event) => this.#finishPhase(event),
  };
  #hosts: readonly string[] = [];
  #list: LiveList | undefined;
  #title = '';
  #steps = 0;
  /** Results that came while a list was being drawn. */
  readonly #held: RunEvent[] = [];
  #queue: Promise<void> = Promise.resolve();

  constructor(output: Output) {
    this.#spinner = createSpinner(output.style);
    this.#results = resultHandlers(output);
  }

  /** The event sink. */
  readonly sink = (event: RunEvent): void => {
    this.#queue = this.#queue.then(async () => {
      await handle(this.#live, event);
      await this.#print(event);
    });
  };

  /** Resolves when everything is on the screen. */
  async drawn(): Promise<void> {
    await this.#queue;
    this.#spinner.stop();
  }

  #startPhase(event: EventOf<'phase.started'>): void {
    this.#spinner.stop();
    this.#steps = 0;
    this.#title = event.title;
    this.#list = new LiveList(event.title, this.#hosts.length > mostLines ? [] : this.#hosts);
  }

  async #finishPhase(event: EventOf<'phase.finished'>): Promise<void> {
    const done = this.#steps === 0 ? 'nothing to change' : count(this.#steps, 'step');
    const title = `${this.#title}: ${done}, ${formatDuration(event.durationMs)}`;
    await this.#list?.finish(title, event.state === 'failed');
    this.#list = undefined;
    for (const held of this.#held.splice(0)) await handle(this.#results, held);
  }

  /** Prints a result now, or after the list that is being drawn. */
  async #print(event: RunEvent): Promise<void> {
    if (this.#results[event.type] === undefined) return;
    if (this.#list !== undefined) {
      this.#held.push(event);
      return;
    }
    this.#spinner.stop();
    await handle(this.#results, event);
  }

  #show(host: string, text: string): void {
    this.#list?.show(host, this.#hosts.length > mostLines ? `${host}: ${text}` : text);
  }
}
