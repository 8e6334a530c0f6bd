// One life of a resident shell: writes requests in order, hands their output back, ends once.
import { randomBytes } from 'node:crypto';
import { asError } from '../../core/errors.ts';
import { OutputDecoder, type OutputEvent } from './output-decoder.ts';
import { residentLoop } from './resident-loop.ts';
import type { ShellJob } from './shell-job.ts';
import type { ShellExit, ShellProcess } from './shell-process.ts';

const keptNoise = 4096;

/** A request whose turn it is begins at once; a shell that lets it wait for so long is stuck. */
export const defaultSilenceMs = 120_000;

export interface ShellObserver {
  /** The command of `job` has started. */
  started(shell: ResidentShell, job: ShellJob): void;
  /** More of a streamed stdin was sent. */
  progressed(shell: ResidentShell, job: ShellJob): void;
  /** The command of `job` does not begin, though it is its turn. */
  silent(shell: ResidentShell, job: ShellJob): void;
  /** The shell is gone; `unfinished` are the jobs it leaves, in order. */
  ended(shell: ResidentShell, unfinished: readonly ShellJob[], exit: ShellExit): void;
}

/** Text that no output contains by chance. Its first character occurs once, so that no two of it can overlap. */
function newMarker(): string {
  return `~${randomBytes(16).toString('hex')}`;
}

/** A running shell. Jobs are written without waiting for the answers to earlier ones. */
export class ResidentShell {
  /** Resolves when the loop has said hello, rejects never; a shell that ends first leaves it pending. */
  readonly hello: Promise<void>;
  /** Resolves when the shell has ended. */
  readonly gone: Promise<ShellExit>;
  #pid: number | undefined;
  #noise = '';
  readonly #process: ShellProcess;
  readonly #observer: ShellObserver;
  readonly #open = new Map<number, ShellJob>();
  readonly #unwritten: { readonly id: number; readonly job: ShellJob }[] = [];
  #lastId = 0;
  #writing = false;
  #ended = false;
  readonly #silenceMs: number;
  #silence: NodeJS.Timeout | undefined;
  #saidHello!: () => void;

  /** @param silenceMs how long the next command may take to begin, in milliseconds */
  constructor(process: ShellProcess, observer: ShellObserver, silenceMs = defaultSilenceMs) {
    this.#process = process;
    this.#observer = observer;
    this.#silenceMs = silenceMs;
    this.hello = new Promise((resolve) => {
      this.#saidHello = resolve;
    });
    const marker = newMarker();
    this.#listen('stdout', marker);
    this.#listen('stderr', marker);
    // A write to a shell that is gone fails; `exited` tells the rest.
    process.stdin.on('error', () => undefined);
    process.stdin.write(`${residentLoop}\n${marker}\n`);
    this.gone = process.exited.then((exit) => {
      this.#end(exit);
      return exit;
    });
  }

  /** Process id of the loop, as the host sees it; known after `hello`. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** What was printed outside of commands, at most the last 4 KiB. */
  get noise(): string {
    return this.#noise;
  }

  get jobs(): readonly ShellJob[] {
    return [...this.#open.values()];
  }

  /** Queues a job behind those that were submitted before. */
  submit(job: ShellJob): void {
    this.#lastId += 1;
    job.hand();
    this.#open.set(this.#lastId, job);
    this.#unwritten.push({ id: this.#lastId, job });
    if (!this.#writing) void this.#write();
  }

  close(): void {
    this.#process.close();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    for (let next = this.#unwritten.shift(); next !== undefined; next = this.#unwritten.shift()) {
      if (this.#ended) break;
      try {
        await this.#writeJob(next.id, next.job);
      } catch (error) {
        // Its stdin cannot be completed, so the stream cannot be kept in step: give this shell up.
        if (next.job.failure === undefined) next.job.stop(asError(error));
        this.close();
        break;
      }
    }
    this.#writing = false;
  }

  async #writeJob(id: number, job: ShellJob): Promise<void> {
    for await (const chunk of job.bytes(id)) {
      if (this.#ended) return;
      if (this.#silence === undefined) this.#expectStart();
      if (!this.#process.stdin.write(chunk)) await this.#drained();
      this.#observer.progressed(this, job);
    }
  }

  async #drained(): Promise<void> {
    const { stdin } = this.#process;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        stdin.off('drain', finish);
        resolve();
      };
      stdin.on('drain', finish);
      void this.gone.then(finish);
    });
  }

  #listen(stream: 'stdout' | 'stderr', marker: string): void {
    const decoder = new OutputDecoder(marker);
    this.#process[stream].on('error', () => undefined);
    this.#process[stream].on('data', (chunk: Buffer) => {
      for (const event of decoder.push(chunk)) this.#handle(stream, event);
    });
  }

  #handle(stream: 'stdout' | 'stderr', event: OutputEvent): void {
    switch (event.type) {
      case 'hello':
        this.#pid = event.pid;
        if (stream === 'stdout') this.#saidHello();
        return;
      case 'noise':
        this.#noise = (this.#noise + event.bytes.toString('utf8')).slice(-keptNoise);
        return;
      case 'begin': {
        const job = this.#open.get(event.id);
        if (job === undefined || stream === 'stderr') return;
        job.start();
        this.#expectStart();
        this.#observer.started(this, job);
        return;
      }
      case 'output':
        this.#open.get(event.id)?.collect(stream, event.bytes);
        return;
      case 'end':
        if (this.#open.get(event.id)?.end(stream, event.exitCode) !== true) return;
        this.#open.delete(event.id);
        this.#expectStart();
    }
  }

  /** Waits for the job whose turn it is, if it was sent and has not started. */
  #expectStart(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
    const [next] = this.#open.values();
    if (next?.isWritten !== true) return;
    this.#silence = setTimeout(() => {
      this.#observer.silent(this, next);
    }, this.#silenceMs);
  }

  #end(exit: ShellExit): void {
    this.#ended = true;
    clearTimeout(this.#silence);
    const unfinished = this.jobs;
    this.#open.clear();
    this.#unwritten.length = 0;
    this.#observer.ended(this, unfinished, exit);
  }
}
