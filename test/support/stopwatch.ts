// Waiting for something to come true, and how long that took.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until it is so.
 * @returns seconds until it was so, to one decimal
 * @throws Error when it was not so by the deadline, with what the last question said
 */
export async function secondsUntil(
  question: () => Promise<true | string>,
  { deadline, pause = 500 }: { readonly deadline: number; readonly pause?: number },
): Promise<number> {
  const started = performance.now();
  const passed = (): number => (performance.now() - started) / 1000;
  for (;;) {
    const answer = await question();
    if (answer === true) return Math.round(passed() * 10) / 10;
    if (passed() > deadline) throw new Error(`not within ${deadline} s: ${answer}`);
    await sleep(pause);
  }
}
