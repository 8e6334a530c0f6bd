// Whose turn it is with a serial task: one host at a time, in order, and nobody after a failure.

export class SerialTurns {
  readonly #order: readonly string[];
  readonly #ends = new Map<
    string,
    { readonly done: Promise<boolean>; readonly end: (isOk: boolean) => void }
  >();

  /** @param order the hosts that take part. */
  constructor(order: readonly string[]) {
    this.#order = order;
    for (const host of order) {
      let end: (isOk: boolean) => void = () => undefined;
      const done = new Promise<boolean>((resolve) => {
        end = resolve;
      });
      this.#ends.set(host, { done, end });
    }
  }

  /** Resolves when all hosts before this one are done: with false when one of them did not come through. */
  async wait(host: string): Promise<boolean> {
    for (const before of this.#order.slice(0, this.#order.indexOf(host))) {
      if ((await this.#ends.get(before)?.done) === false) return false;
    }
    return true;
  }

  /** The host is done with the task, or will never come to it. Only the first call counts. */
  finish(host: string, isOk: boolean): void {
    this.#ends.get(host)?.end(isOk);
  }
}
