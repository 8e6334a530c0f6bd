// A film of a terminal: what was recorded, with its quiet stretches shortened, as screens and how long each is seen.
import headless from '@xterm/headless';
import { readScreen, type Screen } from './screen.ts';

/** Something that a program wrote, with the time in milliseconds. */
export interface Chunk {
  readonly at: number;
  readonly text: string;
}

/** A screen, and from when to when it is seen, in milliseconds. */
export interface Scene extends Screen {
  readonly from: number;
  readonly until: number;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What comes within this time is one redraw: programs erase first, and then write in pieces. */
const redrawMs = 25;
const keyMs = 45;
/** A screen that is seen for less than this is not worth its bytes. */
const shortestMs = 80;
const longestMs = 450;
/** The recording runs this many times as fast, where it is not cut short. */
const speed = 2.5;

export class Film {
  readonly #scenes: Scene[] = [];
  readonly #terminal: InstanceType<typeof headless.Terminal>;

  constructor({ columns, rows }: TerminalSize) {
    this.#terminal = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: 10_000,
      allowProposedApi: true,
    });
  }

  get scenes(): readonly Scene[] {
    return this.#scenes;
  }

  /** In milliseconds. */
  get length(): number {
    return this.#scenes.at(-1)?.until ?? 0;
  }

  /** Shows a prompt, and a command that is typed letter by letter. */
  async type(command: string): Promise<void> {
    await this.prompt();
    this.hold(10 * keyMs);
    for (const letter of command) {
      await this.#write(letter);
      this.#show(readScreen(this.#terminal, { withCursor: true }), keyMs);
    }
    this.hold(10 * keyMs);
    await this.#write('\r\n');
  }

  /** Shows a prompt that waits. */
  async prompt(): Promise<void> {
    await this.#write('\u001b[32m$\u001b[m ');
    this.#show(readScreen(this.#terminal, { withCursor: true }), keyMs);
  }

  /** Shows what a program wrote; all of it must be there, so that the pauses between are known. */
  async play(chunks: readonly Chunk[]): Promise<void> {
    let lasted = 0;
    let waiting: Screen | undefined;
    for (const [index, { at, text }] of chunks.entries()) {
      await this.#write(text);
      const next = chunks[index + 1]?.at;
      if (next !== undefined && next - at < redrawMs) {
        lasted += next - at;
        continue;
      }
      const screen = readScreen(this.#terminal, { withCursor: false });
      if (waiting !== undefined && !isSame(waiting, screen)) {
        lasted = this.#cut(waiting, lasted);
      }
      waiting = screen;
      lasted += next === undefined ? 0 : next - at;
    }
    if (waiting !== undefined) this.#show(waiting, longestMs);
  }

  /** Leaves what is there for as long as somebody needs to read it. */
  hold(milliseconds: number): void {
    const last = this.#scenes.pop();
    if (last === undefined) throw new Error('there is nothing yet to hold');
    this.#scenes.push({ ...last, until: last.until + milliseconds });
  }

  /** Shows a screen for less time than it really took, or leaves it out; returns the time that the next one inherits. */
  #cut(screen: Screen, lasted: number): number {
    const shown = Math.min(lasted / speed, longestMs);
    if (shown < shortestMs) return lasted;
    this.#show(screen, shown);
    return 0;
  }

  #show(screen: Screen, milliseconds: number): void {
    this.#scenes.push({ ...screen, from: this.length, until: this.length + milliseconds });
  }

  #write(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#terminal.write(text, resolve);
    });
  }
}

function isSame(one: Screen, other: Screen): boolean {
  return one.top === other.top && JSON.stringify(one.runs) === JSON.stringify(other.runs);
}
