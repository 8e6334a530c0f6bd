// How many things go on at once: first come, first served.

/** Lets at most `size` actions run at a time. */
export class Limiter {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(size: number) {
    this.#free = Math.max(1, size);
  }

  async run<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      // The place goes straight to the next in line, so that nobody who comes now can take it.
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
