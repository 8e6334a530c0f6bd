// A full screen that is drawn over and over in place: one write a frame, so that nothing flickers.

/** What a frame needs of a terminal: process.stdout, or a test's own. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** Gives the lines for a width. */
export type Frame = (width: number) => readonly string[];

const escape = '\u001b[';
const codes = {
  // The alternate screen leaves what was on the terminal before as it was.
  enter: `${escape}?1049h${escape}?25l${escape}?7l`,
  leave: `${escape}?7h${escape}?25h${escape}?1049l`,
  // Terminals that know it show the frame as a whole; others ignore it.
  begin: `${escape}?2026h`,
  end: `${escape}?2026l`,
  home: `${escape}H`,
  eraseLine: `${escape}K`,
  eraseBelow: `${escape}J`,
};

export class LiveFrame {
  readonly #terminal: Terminal;
  #frame: Frame | undefined;
  #shown = '';
  #isOpen = false;
  readonly #onResize = (): void => {
    this.#shown = '';
    this.#paint();
  };

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Takes the screen; `close` gives it back. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#shown = '';
    this.#terminal.write(codes.enter);
    this.#terminal.on('resize', this.#onResize);
    this.#paint();
  }

  draw(frame: Frame): void {
    this.#frame = frame;
    this.#paint();
  }

  /** May be called at any time, also when it is closed already. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#terminal.off('resize', this.#onResize);
    this.#terminal.write(codes.leave);
  }

  #paint(): void {
    if (!this.#isOpen || this.#frame === undefined) return;
    const { columns, rows } = this.#terminal;
    const lines = cut(this.#frame(columns), rows);
    const text = lines.map((line) => `${line}${codes.eraseLine}`).join('\r\n');
    // A screen on which nothing has changed is left alone.
    if (text === this.#shown) return;
    this.#shown = text;
    this.#terminal.write(`${codes.begin}${codes.home}${text}${codes.eraseBelow}${codes.end}`);
  }
}

function cut(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const hidden = lines.length - rows + 1;
  return [...lines.slice(0, Math.max(0, rows - 1)), `… ${hidden} more lines: make the window taller`];
}
