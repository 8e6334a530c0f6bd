// A machine whose shells speak the resident loop's protocol and do what a test tells them.
import { PassThrough } from 'node:stream';
import type { Machine, ShellExit, ShellProcess } from '../../src/transport/shell/shell-process.ts';

export interface FakeRequest {
  readonly id: number;
  readonly command: string;
  readonly stdin: Buffer;
}

/** One started shell; it answers nothing by itself. */
export class FakeShell {
  readonly process: ShellProcess;
  /** Requests received in full, in order. */
  readonly requests: FakeRequest[] = [];
  /** The program it was given. */
  program: string | undefined;
  closed = false;
  #marker = '';
  #input = Buffer.alloc(0);
  #exit!: (exit: ShellExit) => void;
  readonly #onProgram: (shell: FakeShell) => void;
  readonly #streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };

  constructor(onProgram: (shell: FakeShell) => void) {
    this.#onProgram = onProgram;
    const exited = new Promise<ShellExit>((resolve) => {
      this.#exit = resolve;
    });
    const close = (): void => {
      this.closed = true;
      this.#exit({});
    };
    this.process = { ...this.#streams, exited, close };
    this.#streams.stdin.on('data', (chunk: Buffer) => {
      this.#input = Buffer.concat([this.#input, chunk]);
      while (this.#read());
    });
  }

  hello(): void {
    this.#frame('hello:77');
  }

  begin(id: number): void {
    this.#frame(`begin:${id}`);
  }

  output(stdout: string | Buffer, stderr = ''): void {
    this.#streams.stdout.write(stdout);
    this.#streams.stderr.write(stderr);
  }

  end(id: number, exitCode = 0): void {
    this.#frame(`end:${id}:${exitCode}`);
  }

  /** Begins, prints and ends. */
  answer(id: number, stdout: string, exitCode = 0): void {
    this.begin(id);
    this.output(stdout);
    this.end(id, exitCode);
  }

  /** Ends; what was printed before has arrived by then. */
  die(exit: ShellExit = { signal: 'SIGKILL' }): void {
    setImmediate(() => {
      this.#exit(exit);
    });
  }

  #frame(text: string): void {
    this.output(`${this.#marker}${text};`, `${this.#marker}${text};`);
  }

  /** Takes one item off the input; false when it is not complete. */
  #read(): boolean {
    if (this.program === undefined || this.#marker === '') {
      const line = this.#line(0);
      if (line === undefined) return false;
      this.#input = this.#input.subarray(line.length + 1);
      if (this.program === undefined) this.program = line;
      else this.#marker = line;
      if (this.#marker !== '' || this.program.startsWith('L=')) this.#onProgram(this);
      return true;
    }
    return this.#readRequest();
  }

  #readRequest(): boolean {
    const header = this.#line(0);
    if (header === undefined) return false;
    const [id = 0, count = 0, bytes = 0] = header.split(' ').map(Number);
    let offset = header.length + 1;
    const lines: string[] = [];
    while (lines.length < count) {
      const line = this.#line(offset);
      if (line === undefined) return false;
      lines.push(line);
      offset += line.length + 1;
    }
    const end = offset + (bytes === 0 ? 0 : bytes + 2);
    if (this.#input.length < end) return false;
    this.requests.push({
      id,
      command: lines.join('\n'),
      stdin: this.#input.subarray(offset, offset + bytes),
    });
    this.#input = this.#input.subarray(end);
    return true;
  }

  #line(offset: number): string | undefined {
    const end = this.#input.indexOf('\n', offset);
    return end === -1 ? undefined : this.#input.toString('latin1', offset, end);
  }
}

export interface FakeMachine extends Machine {
  /** Every resident shell that was started. */
  readonly shells: readonly FakeShell[];
  /** Process ids that were to be killed. */
  readonly kills: readonly number[];
  lose(reason: Error): void;
}

/** @param ready what each resident shell does first; by default it says hello */
export function fakeMachine(
  ready = (shell: FakeShell): void => {
    shell.hello();
  },
): FakeMachine {
  const shells: FakeShell[] = [];
  const kills: number[] = [];
  let loss: Error | undefined;
  const started = (shell: FakeShell): void => {
    const pid = /^L=(\d+);/.exec(shell.program ?? '')?.[1];
    if (pid === undefined) {
      shells.push(shell);
      ready(shell);
      return;
    }
    kills.push(Number(pid));
    shells.at(-1)?.die();
    shell.die({ code: 0 });
  };
  return {
    name: 'node1',
    shells,
    kills,
    start: () => Promise.resolve(new FakeShell(started).process),
    connections: () => 1,
    lossReason: () => loss,
    lose: (reason) => {
      loss = reason;
      shells.at(-1)?.die({});
    },
    close: () => Promise.resolve(),
  };
}
