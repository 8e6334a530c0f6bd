// One request on its way through a resident shell: its bytes, its collected output, its promise.
import { skippedExitCode, type HostResult } from '../../core/host.ts';
import { bodyTrailer, encodeHead, encodeRequest } from './encode-request.ts';

/** Stdin that is too large to hold: exactly `length` bytes, read anew each time `chunks` is called. */
export interface StreamedBody {
  readonly length: number;
  chunks(): AsyncIterable<Uint8Array>;
}

export interface JobOptions {
  readonly command: string;
  readonly stdin: Uint8Array | StreamedBody;
  /** Milliseconds from the start of the command; with a streamed stdin, from the last chunk that was sent. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** See HostRequest. */
  readonly onlyAfterSuccess?: boolean;
}

type Stream = 'stdout' | 'stderr';

/** Waiting for its turn to be written, written to a shell, started there. */
type JobState = 'waiting' | 'written' | 'started';

/** A request and what is known of it. Only the first of its outcomes counts. */
export class ShellJob {
  readonly options: JobOptions;
  readonly done: Promise<HostResult>;
  #state: JobState = 'waiting';
  #isCancelled = false;
  #attempts = 0;
  #startedAt = 0;
  #failure: Error | undefined;
  #resolve!: (result: HostResult) => void;
  #reject!: (error: Error) => void;
  #chunks: Record<Stream, Buffer[]> = { stdout: [], stderr: [] };
  #ended = new Set<Stream>();

  constructor(options: JobOptions) {
    this.options = options;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** How often it was handed to a shell. */
  get attempts(): number {
    return this.#attempts;
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  /** Whether the next that is to be heard of it is that it begins. */
  get isWritten(): boolean {
    return this.#state === 'written';
  }

  get isStarted(): boolean {
    return this.#state === 'started';
  }

  /** Whether it was failed before it was written: what the shell gets in its place does nothing and fails. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Whether it has started and its standard input is sent piece by piece. */
  get isStreaming(): boolean {
    return this.isStarted && !(this.options.stdin instanceof Uint8Array);
  }

  /** Why it is being stopped, once it is. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** It is handed to a shell. */
  hand(): void {
    this.#attempts += 1;
  }

  /** The bytes to write for it, in order. */
  async *bytes(id: number): AsyncGenerator<Uint8Array> {
    const { command, stdin, onlyAfterSuccess } = this.options;
    this.#state = 'written';
    if (this.#isCancelled) {
      yield encodeRequest(id, `exit ${skippedExitCode}`, Buffer.alloc(0));
      return;
    }
    if (stdin instanceof Uint8Array) {
      yield encodeRequest(id, command, stdin, onlyAfterSuccess);
      return;
    }
    yield encodeHead(id, command, stdin.length);
    if (stdin.length === 0) return;
    yield* stdin.chunks();
    yield bodyTrailer;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#state = 'started';
  }

  collect(stream: Stream, bytes: Buffer): void {
    this.#chunks[stream].push(bytes);
  }

  /** One of its two streams is complete; with the second it is done. Says whether it is. */
  end(stream: Stream, exitCode: number): boolean {
    this.#ended.add(stream);
    if (this.#ended.size < 2) return false;
    this.#resolve({
      exitCode,
      stdout: this.text('stdout'),
      stderr: this.text('stderr'),
      durationMs: this.isStarted ? performance.now() - this.#startedAt : 0,
    });
    return true;
  }

  fail(error: Error): void {
    this.#reject(error);
  }

  /** It is to be stopped; it fails when nothing of it runs any more. */
  stop(failure: Error): void {
    this.#failure = failure;
  }

  /** Fails it before it is written. It keeps its place in the order, as a failure, for those that depend on it. */
  cancel(error: Error): void {
    this.#isCancelled = true;
    this.#failure = error;
    this.fail(error);
  }

  /** Back to where it was before it was handed to a shell. */
  reset(): void {
    this.#state = 'waiting';
    this.#chunks = { stdout: [], stderr: [] };
    this.#ended.clear();
  }

  /** Its output so far; bytes that are not UTF-8 become U+FFFD. */
  text(stream: Stream): string {
    return Buffer.concat(this.#chunks[stream]).toString('utf8');
  }
}
