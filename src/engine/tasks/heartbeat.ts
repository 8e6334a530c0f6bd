// Says every now and then that long work is still going on: nobody shall wonder whether the program hangs.
import type { Clock } from '../../core/clock.ts';

/** Between two signs of life. */
export const heartbeatMs = 30_000;

/** Does something and tells, as long as it goes on, how many milliseconds it has taken so far. */
export async function withHeartbeat<Result>(
  clock: Clock,
  tell: (waitedMs: number) => void,
  action: () => Promise<Result>,
): Promise<Result> {
  const started = clock.now();
  const stop = clock.every(heartbeatMs, () => {
    tell(clock.now() - started);
  });
  try {
    return await action();
  } finally {
    stop();
  }
}
