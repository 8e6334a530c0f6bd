// The built program while it runs: its lines as they come, and signals to it.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { entry } from './entry.ts';

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LiveOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Sees each line of standard output at once. */
  readonly onLine?: (line: string, program: LiveProgram) => void;
}

export class LiveProgram {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #errors: string[] = [];
  #look: () => void = () => undefined;

  constructor(args: readonly string[], { environment = {}, onLine }: LiveOptions = {}) {
    const child = spawn(process.execPath, [entry, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      onLine?.(line, this);
      this.#look();
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#errors.push(line);
      this.#look();
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        resolve({ exitCode, signal, stdout: this.#lines.join('\n'), stderr: this.#errors.join('\n') });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when a line of either stream contains the text; rejects when the program ends before. */
  async says(text: string): Promise<void> {
    const said = new Promise<void>((resolve) => {
      this.#look = () => {
        if ([...this.#lines, ...this.#errors].some((line) => line.includes(text))) resolve();
      };
      this.#look();
    });
    const over = this.ended.then(({ stdout, stderr }) => {
      throw new Error(`it ended without saying "${text}":\n${stdout}\n${stderr}`);
    });
    await Promise.race([said, over]);
  }
}
