// Reads what the small programs of the machine's checks print: a line for each thing that they tried.

/** What became of each thing, by its name: `ok`, or why not. */
export type Attempts = ReadonlyMap<string, string>;

/** Parses lines of `NAME ok` and `NAME WHY`. What was tried twice is as its first failure. */
export function parseAttempts(output: string): Attempts {
  const attempts = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, name, outcome] = /^([a-z]+) (.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || outcome === undefined) continue;
    if ((attempts.get(name) ?? 'ok') === 'ok') attempts.set(name, outcome);
  }
  return attempts;
}

/** Why something did not work; undefined if it did. */
export function whyNot(attempts: Attempts, name: string): string | undefined {
  const outcome = attempts.get(name) ?? 'it was not reached';
  return outcome === 'ok' ? undefined : outcome;
}
