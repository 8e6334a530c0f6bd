// Connections to model machines: requests are answered in order and later, flights are counted, faults can be set.
import { readFileSync } from 'node:fs';
import { cmd } from '../../src/core/command.ts';
import { BootstrapError } from '../../src/core/errors.ts';
import {
  skippedExitCode,
  type Host,
  type HostConnector,
  type HostRequest,
  type HostResult,
  type HostStatistics,
  type Upload,
} from '../../src/core/host.ts';
import { ModelMachine, type Answer } from './model-machine.ts';

/** Looks at each request before it is carried out, and after; may throw what a transport throws. */
export interface FaultPlan {
  readonly before?: (host: string, request: HostRequest) => void;
  readonly after?: (host: string, request: HostRequest) => void;
}

/** A network of model machines. */
export class FakeNetwork implements HostConnector {
  readonly machines = new Map<string, ModelMachine>();
  readonly connections: FakeHost[] = [];
  faults: FaultPlan = {};
  /** Hosts that refuse connections: so many tries more, or for good. */
  readonly refusing = new Map<string, number>();

  constructor(names: readonly string[]) {
    for (const name of names) this.machines.set(name, new ModelMachine(name));
  }

  machine(name: string): ModelMachine {
    const machine = this.machines.get(name);
    if (machine === undefined) throw new Error(`there is no model machine ${name}`);
    return machine;
  }

  async connect(name: string, signal?: AbortSignal): Promise<Host> {
    await soon();
    if (signal?.aborted === true) throw new BootstrapError('interrupted', 'interrupted');
    this.knock(name);
    const host = new FakeHost(this.machine(name), this);
    this.connections.push(host);
    return host;
  }

  /** Tries to connect. */
  knock(name: string): void {
    const left = this.refusing.get(name);
    if (left === undefined) return;
    if (left > 1) this.refusing.set(name, left - 1);
    else this.refusing.delete(name);
    throw new BootstrapError('connect.refused', 'nothing listens there', { where: { host: name } });
  }

  /** The newest connection to a host. */
  host(name: string): FakeHost {
    const host = this.connections.findLast((connection) => connection.name === name);
    if (host === undefined) throw new Error(`nobody connected to ${name}`);
    return host;
  }

  /** Commands that no machine knew. */
  get unknown(): readonly string[] {
    return [...this.machines.values()].flatMap((machine) => machine.unknown);
  }
}

export class FakeHost implements Host {
  readonly name: string;
  /** Texts of the requests that were carried out. */
  readonly log: string[] = [];
  readonly #machine: ModelMachine;
  readonly #network: FakeNetwork;
  #queue: Promise<unknown> = Promise.resolve();
  #lastExitCode = 1;
  /** Why it was lost last. */
  #loss: Error | undefined;
  /** Whether it stands; a new request opens it anew, as a real host does. */
  #isUp = true;
  #closed: Error | undefined;
  /** Counts up each time the connection is lost. */
  #epoch = 0;
  #outstanding = 0;
  #requests = 0;
  #roundTrips = 0;

  constructor(machine: ModelMachine, network: FakeNetwork) {
    this.name = machine.name;
    this.#machine = machine;
    this.#network = network;
  }

  async run(request: HostRequest): Promise<HostResult> {
    return this.#enqueue(async (before) => {
      if (request.signal?.aborted === true) throw new BootstrapError('interrupted', 'interrupted');
      if (request.onlyAfterSuccess === true && before !== 0) {
        return { exitCode: skippedExitCode, stdout: '', stderr: '' };
      }
      this.#fault(() => this.#network.faults.before?.(this.name, request));
      this.log.push(request.command.text);
      const answer = this.#machine.execute(request, this);
      this.#fault(() => this.#network.faults.after?.(this.name, request));
      return answer;
    });
  }

  async upload({ localPath, path, mode, onProgress }: Upload): Promise<void> {
    await this.#enqueue(async () => {
      const request = { command: cmd`upload ${path}` };
      this.#fault(() => this.#network.faults.before?.(this.name, request));
      if (this.#machine.isDiskFull) throw new BootstrapError('command.failed', 'No space left on device');
      const content = readFileSync(localPath, 'latin1');
      onProgress?.(content.length / 2);
      this.#machine.files.set(path, { content, mode });
      onProgress?.(content.length);
      this.#fault(() => this.#network.faults.after?.(this.name, request));
      return { exitCode: 0, stdout: '', stderr: '' };
    });
  }

  statistics(): HostStatistics {
    return { connections: 1, requests: this.#requests, roundTrips: this.#roundTrips };
  }

  async close(): Promise<void> {
    this.kill(new BootstrapError('connect.lost', 'the connection was closed'));
  }

  /** The end of the connection and of the tool at this end: nothing more is ever sent. */
  kill(error: Error): void {
    this.lose(error);
    this.#closed ??= error;
  }

  /** The connection is gone, and with it what lives by it. */
  lose(error: Error): void {
    this.#loss = error;
    this.#isUp = false;
    this.#epoch += 1;
    for (const [file, { connection }] of this.#machine.locks) {
      if (connection === this) this.#machine.locks.delete(file);
    }
  }

  async #enqueue(action: (exitCodeBefore: number) => Promise<Answer>): Promise<HostResult> {
    this.#requests += 1;
    if (this.#outstanding === 0) this.#roundTrips += 1;
    this.#outstanding += 1;
    const epoch = this.#epoch;
    const result = this.#queue.then(async () => {
      await soon();
      const before = this.#lastExitCode;
      this.#lastExitCode = 1;
      this.#stand(epoch);
      const answer = await action(before);
      this.#lastExitCode = answer.exitCode;
      return answer;
    });
    this.#queue = result.catch(() => undefined);
    try {
      return { ...(await result), durationMs: 1 };
    } finally {
      this.#outstanding -= 1;
    }
  }

  /** @throws what a transport throws when the connection was lost since the request was issued, or cannot be opened anew */
  #stand(epoch: number): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#epoch !== epoch && this.#loss !== undefined) throw this.#loss;
    if (this.#isUp) return;
    this.#network.knock(this.name);
    this.#isUp = true;
  }

  /** A fault that says the connection is lost stays; others are the request's alone. */
  #fault(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof BootstrapError && error.code === 'connect.lost') this.lose(error);
      throw error;
    }
  }
}

function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
