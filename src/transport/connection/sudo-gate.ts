// Gets a shell through a sudo that may ask for a password.
import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { BootstrapError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { interrupted } from '../shell/run-failure.ts';
import type { ShellProcess } from '../shell/shell-process.ts';
import { startTimeout, sudoRefused, wrongSudoPassword } from '../shell/start-failure.ts';
import type { SudoWords } from '../shell/start-line.ts';

export function newSudoWords(): SudoWords {
  const mark = randomBytes(12).toString('hex');
  return { prompt: `sudo-${mark}`, ready: `ready-${mark}` };
}

export interface SudoGate {
  readonly host: string;
  readonly words: SudoWords;
  readonly password: Secret;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** More than sudo and a profile say before the words that we wait for. */
const keptText = 65_536;

/**
 * Answers sudo's question, if it asks one, and resolves with the shell behind it. A second question means that the
 * password was wrong: it is not tried again, because accounts get locked by that.
 * @throws BootstrapError `connect.sudo` or `connect.timeout`
 */
export function passSudo(process: ShellProcess, gate: SudoGate): Promise<ShellProcess> {
  const { host, words, password, timeoutMs, signal } = gate;
  const behind = new PassThrough();
  let said = '';
  let isAsked = false;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      process.stderr.off('data', listen);
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: BootstrapError): void => {
      settle();
      process.close();
      reject(error);
    };
    const abort = (): void => {
      fail(interrupted(host, signal));
    };
    const timer = setTimeout(() => {
      fail(startTimeout(host, timeoutMs, said));
    }, timeoutMs);
    const listen = (chunk: Buffer): void => {
      // Bytes stay what they are in latin1; what follows the mark is not ours to decode.
      said = (said + chunk.toString('latin1')).slice(-keptText - chunk.length);
      const readyAt = said.indexOf(`${words.ready}\n`);
      if (readyAt !== -1) {
        settle();
        behind.write(Buffer.from(said.slice(readyAt + words.ready.length + 1), 'latin1'));
        process.stderr.pipe(behind);
        resolve({ ...process, stderr: behind, exited: process.exited });
        return;
      }
      const promptAt = said.indexOf(words.prompt);
      if (promptAt === -1) return;
      said = said.slice(0, promptAt) + said.slice(promptAt + words.prompt.length);
      if (isAsked) {
        fail(wrongSudoPassword(host, said));
        return;
      }
      isAsked = true;
      process.stdin.write(`${password.reveal()}\n`);
    };
    process.stderr.on('data', listen);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    process.stderr.on('error', () => undefined);
    process.stdin.on('error', () => undefined);
    void process.exited.then(() => {
      fail(isAsked ? wrongSudoPassword(host, said) : sudoRefused(host, said));
    });
  });
}
