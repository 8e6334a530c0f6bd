// Takes one output stream of the resident loop apart again, however it was cut into chunks. Pure.

/** What a stream of the resident loop says. */
export type OutputEvent =
  | { readonly type: 'hello'; readonly pid: number }
  | { readonly type: 'begin'; readonly id: number }
  | { readonly type: 'output'; readonly id: number; readonly bytes: Buffer }
  | { readonly type: 'end'; readonly id: number; readonly exitCode: number }
  /** Bytes outside of any command: a banner, a profile that prints, a process left behind in the background. */
  | { readonly type: 'noise'; readonly bytes: Buffer };

const frameEnd = ';'.charCodeAt(0);

/** Decodes one stream; stdout and stderr get a decoder each. */
export class OutputDecoder {
  readonly #marker: Buffer;
  #rest: Buffer = Buffer.alloc(0);
  #running: number | undefined;

  /** @param marker the random text in front of every frame; its first character occurs in it only once */
  constructor(marker: string) {
    this.#marker = Buffer.from(marker);
  }

  /** Returns what the chunk completes; keeps at most one unfinished frame. */
  push(chunk: Buffer): readonly OutputEvent[] {
    const events: OutputEvent[] = [];
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const start = buffer.indexOf(this.#marker);
      const end = start === -1 ? -1 : buffer.indexOf(frameEnd, start + this.#marker.length);
      const textEnd = start === -1 ? buffer.length - this.#unfinished(buffer) : start;
      if (textEnd > 0) events.push(this.#text(buffer.subarray(0, textEnd)));
      if (end === -1) {
        // A copy, so that a few bytes do not hold the memory of a large chunk.
        this.#rest = Buffer.from(buffer.subarray(textEnd));
        return events;
      }
      const event = this.#frame(buffer.toString('latin1', start + this.#marker.length, end));
      if (event !== undefined) events.push(event);
      buffer = buffer.subarray(end + 1);
    }
  }

  /** How many bytes at the end may be the beginning of a marker. */
  #unfinished(buffer: Buffer): number {
    for (let length = Math.min(buffer.length, this.#marker.length - 1); length > 0; length -= 1) {
      if (buffer.subarray(buffer.length - length).equals(this.#marker.subarray(0, length))) return length;
    }
    return 0;
  }

  #text(bytes: Buffer): OutputEvent {
    return this.#running === undefined
      ? { type: 'noise', bytes }
      : { type: 'output', id: this.#running, bytes };
  }

  #frame(text: string): OutputEvent | undefined {
    const [type, first, second] = text.split(':');
    if (type === 'hello') return { type, pid: Number(first) };
    if (type === 'begin') {
      this.#running = Number(first);
      return { type, id: this.#running };
    }
    if (type !== 'end') return undefined;
    this.#running = undefined;
    return { type, id: Number(first), exitCode: Number(second) };
  }
}
