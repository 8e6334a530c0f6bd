// Work with the network is tried again when that may help, is given up when nothing comes, and ends when it is told to.
import type { Clock } from '../core/clock.ts';
import { downloadError, interruptedError, WebFailure } from './failure.ts';

export interface TryOptions {
  readonly clock: Clock;
  /** Between two signs of life. */
  readonly silenceMs: number;
  /** What the errors are about. */
  readonly url: string;
  readonly signal: AbortSignal;
}

/** `heard` is to be called at each sign of life. */
export type Try<T> = (signal: AbortSignal, heard: () => void) => Promise<T>;

/** Before the second and the third try. */
const pausesMs = [1_000, 5_000];

/** A server that asks for more patience than this is not waited for. */
const longestPauseMs = 120_000;

/**
 * What the first try that does not fail gives.
 * @throws BootstrapError `download.failed`, or `interrupted` when the signal was aborted
 */
export async function withTries<T>(options: TryOptions, work: Try<T>): Promise<T> {
  const { clock, url, signal } = options;
  for (let tries = 1; ; tries++) {
    try {
      signal.throwIfAborted();
      return await withinSilence(options, work);
    } catch (error) {
      if (signal.aborted) throw interruptedError(url, signal.reason);
      if (!(error instanceof WebFailure)) throw error;
      const pause = pauseMs(error, tries);
      if (pause === undefined) throw downloadError(url, error, tries);
      await clock.sleep(pause, signal).catch((cause: unknown) => {
        throw interruptedError(url, cause);
      });
    }
  }
}

/** How long to wait before the next try; undefined when there should be none. */
function pauseMs({ isPassing, retryAfter = 0 }: WebFailure, tries: number): number | undefined {
  const pause = pausesMs[tries - 1];
  if (!isPassing || pause === undefined) return undefined;
  const wanted = Math.max(pause, retryAfter * 1000);
  return wanted > longestPauseMs ? undefined : wanted;
}

async function withinSilence<T>({ silenceMs, signal }: TryOptions, work: Try<T>): Promise<T> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort();
  }, silenceMs);
  try {
    return await work(AbortSignal.any([signal, silence.signal]), () => timer.refresh());
  } catch (error) {
    if (!silence.signal.aborted) throw error;
    throw new WebFailure(`nothing came for ${silenceMs / 1000} s`, {
      hint: 'Check the network, or use a mirror that is nearer.',
      isPassing: true,
      isUnreached: true,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
