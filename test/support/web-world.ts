// What tests of downloads share: a directory, servers that are closed afterwards, and a clock that only sleeping moves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BootstrapError } from '../../src/core/errors.ts';
import type { WebOptions } from '../../src/download/connections.ts';
import { openWeb, type Web, type WebTiming } from '../../src/download/web.ts';
import { FakeClock } from './fake-clock.ts';

export class WebWorld {
  readonly directory = mkdtempSync(join(tmpdir(), 'download-'));
  readonly signal = new AbortController().signal;
  clock = new FakeClock();
  #open: { close(): Promise<void> }[] = [];

  /** Closed after the test. */
  async use<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
    const opened = await opening;
    this.#open.push(opened);
    return opened;
  }

  web(options: WebOptions = {}, timing: WebTiming = {}): Web {
    const web = openWeb(options, { clock: this.clock, ...timing });
    this.#open.push(web);
    return web;
  }

  /** The text at a URL, from connections of its own. */
  async text(url: string, options: WebOptions = {}): Promise<string> {
    return this.web(options).text(url, { limitBytes: 1000, signal: this.signal });
  }

  async endTest(): Promise<void> {
    await Promise.all(this.#open.map((one) => one.close()));
    this.#open = [];
    this.clock = new FakeClock();
  }

  end(): void {
    rmSync(this.directory, { recursive: true });
  }
}

export async function failure(work: Promise<unknown>): Promise<BootstrapError> {
  return work.then(
    () => expect.unreachable(),
    (error: unknown) => error as BootstrapError,
  );
}
