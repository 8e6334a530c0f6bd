// Shows one look at a cluster after the other: in place on a terminal, or as plain lines below each other.
import { count } from '../../core/count.ts';
import { LiveFrame, type Terminal } from '../live-frame.ts';
import type { Output } from '../output.ts';
import type { Style } from '../style.ts';
import { statusLines } from './lines.ts';
import type { StatusEvent } from './view.ts';

/** Draws over and over in the same place; the last look stays on the terminal when it is closed. */
export class LiveStatusScreen {
  readonly #style: Style;
  readonly #terminal: Terminal;
  readonly #foot: string;
  readonly #frame: LiveFrame;
  #last: StatusEvent | undefined;

  /** @param interval how often it looks, for people: "2.0 s" */
  constructor(terminal: Terminal, style: Style, interval: string, hosts: number) {
    this.#terminal = terminal;
    this.#style = style;
    this.#foot = `looks every ${interval}; Ctrl-C ends`;
    this.#frame = new LiveFrame(terminal);
    this.#frame.draw(() => [`Connecting to ${count(hosts, 'host')} …`]);
    this.#frame.open();
  }

  show(event: StatusEvent): void {
    const style = this.#style;
    const before = this.#last;
    this.#last = event;
    this.#frame.draw((width) => [
      ...statusLines(event, { style, width, before }),
      '',
      style.faint(`${timeOfDay(event.time)}   ${this.#foot}`),
    ]);
  }

  /** Leaves the terminal for a while, as when the program is suspended. */
  pause(): void {
    this.#frame.close();
  }

  resume(): void {
    this.#frame.open();
  }

  close(): void {
    this.#frame.close();
    if (this.#last === undefined) return;
    const lines = statusLines(this.#last, { style: this.#style, width: this.#terminal.columns });
    this.#terminal.write(`${lines.join('\n')}\n`);
    this.#last = undefined;
  }
}

/** @param isRepeated sets looks apart, each with its time */
export function lineStatusScreen(
  { style, result }: Output,
  width: number,
  isRepeated: boolean,
): (event: StatusEvent) => void {
  return (event) => {
    if (isRepeated) result(style.faint(event.time));
    statusLines(event, { style, width }).forEach(result);
    if (isRepeated) result('');
  };
}

function timeOfDay(time: string): string {
  return new Date(time).toTimeString().slice(0, 8);
}
