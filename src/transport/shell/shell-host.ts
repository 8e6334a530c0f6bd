// The Host port over a resident shell: starts it, restarts it once it is dead, stops commands that take too long.
import { cmd } from '../../core/command.ts';
import { asError, type BootstrapError } from '../../core/errors.ts';
import {
  defaultCommandTimeoutMs,
  type Host,
  type HostRequest,
  type HostResult,
  type HostStatistics,
  type Upload,
} from '../../core/host.ts';
import { contentBytes } from '../../core/secret.ts';
import { Deadlines } from './deadlines.ts';
import { fileBody } from './file-body.ts';
import type { ResidentShell, ShellObserver } from './resident-shell.ts';
import { commandTimeout, interrupted, lost, stopped, uploadFailed } from './run-failure.ts';
import { ShellJob } from './shell-job.ts';
import type { ShellExit } from './shell-process.ts';
import { startResidentShell, type StartOptions } from './start-shell.ts';
import { runKillProgram } from './stop-command.ts';

/** An upload that sends nothing for so long has failed. */
const uploadStallMs = 120_000;
/** A request is handed to a second shell when the first died before it began, but not to a third. */
const maxAttempts = 2;

/** A host that is reached through one resident shell. */
export class ShellHost implements Host {
  readonly name: string;
  readonly #options: StartOptions;
  readonly #deadlines = new Deadlines();
  readonly #stopping = new Set<ResidentShell>();
  /** Resolves when a command that was to be stopped has ended or cannot be ended, and says which. */
  #stopped: Promise<boolean> = Promise.resolve(true);
  #shell: Promise<ResidentShell> | undefined;
  #current: ResidentShell | undefined;
  #closed = false;
  #outstanding = 0;
  #requests = 0;
  #roundTrips = 0;

  constructor(options: StartOptions) {
    this.name = options.machine.name;
    this.#options = options;
  }

  /** Connects and starts the shell, so that what is wrong with either is known before the first request. */
  async open(signal?: AbortSignal): Promise<void> {
    await this.#living(signal);
  }

  async run(request: HostRequest): Promise<HostResult> {
    const { stdin = '' } = request;
    return this.#submit(
      new ShellJob({
        command: request.command.text,
        stdin: stdin instanceof Uint8Array ? stdin : contentBytes(stdin),
        timeoutMs: request.timeoutMs ?? defaultCommandTimeoutMs,
        onlyAfterSuccess: request.onlyAfterSuccess ?? false,
        signal: request.signal,
      }),
    );
  }

  async upload(upload: Upload): Promise<void> {
    const mode = upload.mode.toString(8);
    const { exitCode, stderr } = await this.#submit(
      new ShellJob({
        command: cmd`umask 077; cat >${upload.path} && chmod ${mode} ${upload.path}`.text,
        stdin: fileBody(upload.localPath, upload.onProgress),
        timeoutMs: uploadStallMs,
        signal: upload.signal,
      }),
    );
    if (exitCode !== 0) throw uploadFailed(this.name, upload.path, exitCode, stderr);
  }

  statistics(): HostStatistics {
    return {
      connections: this.#options.machine.connections(),
      requests: this.#requests,
      roundTrips: this.#roundTrips,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#current?.close();
    await this.#options.machine.close();
  }

  async #submit(job: ShellJob): Promise<HostResult> {
    const { signal } = job.options;
    if (signal?.aborted === true) return this.#refuse(job, interrupted(this.name, signal));
    this.#requests += 1;
    if (this.#outstanding === 0) this.#roundTrips += 1;
    this.#outstanding += 1;
    const abort = (): void => {
      this.#abort(job);
    };
    signal?.addEventListener('abort', abort, { once: true });
    void this.#place(job);
    try {
      return await job.done;
    } finally {
      this.#outstanding -= 1;
      this.#deadlines.clear(job);
      signal?.removeEventListener('abort', abort);
    }
  }

  #refuse(job: ShellJob, failure: Error): Promise<HostResult> {
    job.cancel(failure);
    // What depends on it must not take an earlier success for its own.
    if (this.#shell !== undefined) void this.#place(job);
    return job.done;
  }

  async #place(job: ShellJob): Promise<void> {
    try {
      const shell = await this.#living();
      shell.submit(job);
    } catch (error) {
      job.fail(asError(error));
    }
  }

  #living(signal?: AbortSignal): Promise<ResidentShell> {
    if (this.#closed) return Promise.reject(lost(this.name, 'the connection was closed'));
    this.#shell ??= this.#stopped
      .then(() => this.#start(signal))
      .catch((error: unknown) => {
        this.#shell = undefined;
        throw error;
      });
    return this.#shell;
  }

  async #start(signal?: AbortSignal): Promise<ResidentShell> {
    const observer: ShellObserver = {
      started: (shell, job) => {
        this.#started(shell, job);
      },
      progressed: (shell, job) => {
        if (job.isStreaming) this.#arm(shell, job);
      },
      silent: (shell, job) => {
        const failure = lost(this.name, 'its shell does not answer any more');
        // Should it wake up before it is killed, it may run them all: none is handed to the next shell.
        for (const each of shell.jobs) if (each.failure === undefined) each.stop(failure);
        void this.#stop(shell, job, failure);
      },
      ended: (shell, unfinished, exit) => {
        this.#ended(shell, unfinished, exit);
      },
    };
    this.#current = await startResidentShell(this.#options, observer, signal);
    return this.#current;
  }

  #started(shell: ResidentShell, job: ShellJob): void {
    if (job.failure === undefined) this.#arm(shell, job);
    else if (!job.isCancelled) void this.#stop(shell, job, job.failure);
  }

  #arm(shell: ResidentShell, job: ShellJob): void {
    const { timeoutMs } = job.options;
    this.#deadlines.set(job, timeoutMs, () => {
      void this.#stop(shell, job, commandTimeout(this.name, timeoutMs, job.text('stderr')));
    });
  }

  #abort(job: ShellJob): void {
    const failure = interrupted(this.name, job.options.signal);
    if (job.isWaiting) {
      job.cancel(failure);
      return;
    }
    // One that waits behind others is stopped when it begins, or with them when all are aborted.
    job.stop(failure);
    const shell = this.#current;
    if (shell === undefined) return;
    if (job.isStarted || shell.jobs.every((other) => other.failure !== undefined))
      void this.#stop(shell, job, failure);
  }

  /** Kills what the shell runs, and the shell with it; its end settles the job. */
  async #stop(shell: ResidentShell, job: ShellJob, failure: Error): Promise<void> {
    job.stop(failure);
    if (this.#stopping.has(shell)) return;
    this.#stopping.add(shell);
    this.#stopped = runKillProgram(this.#options.machine, shell);
    await this.#stopped;
    shell.close();
  }

  #ended(shell: ResidentShell, unfinished: readonly ShellJob[], exit: ShellExit): void {
    if (this.#current === shell) {
      this.#current = undefined;
      this.#shell = undefined;
    }
    this.#stopping.delete(shell);
    const loss = this.#closed ? new Error('it was closed') : this.#options.machine.lossReason();
    for (const job of unfinished) {
      const { isStarted } = job;
      this.#deadlines.clear(job);
      if (job.failure !== undefined) void this.#failWhenStopped(job, job.failure);
      else if (loss === undefined && !isStarted && job.attempts < maxAttempts) {
        job.reset();
        void this.#place(job);
      } else job.fail(lostJob(this.name, isStarted, exit, loss));
    }
  }

  async #failWhenStopped(job: ShellJob, failure: Error): Promise<void> {
    job.fail(stopped(failure, await this.#stopped));
  }
}

function lostJob(host: string, isStarted: boolean, exit: ShellExit, loss: Error | undefined): BootstrapError {
  const what = loss === undefined ? `its shell ended (${describeExit(exit)})` : 'the connection was lost';
  return lost(
    host,
    `${what} ${isStarted ? 'while a command was running' : 'before the command began'}`,
    loss,
  );
}

function describeExit(exit: ShellExit): string {
  if (exit.signal !== undefined) return exit.signal;
  return exit.code === undefined ? 'closed' : `exit code ${exit.code}`;
}
