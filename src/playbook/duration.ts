// Durations of playbooks and options: 500ms, 90s, 5m, 1h.
const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const most = 24 * units.h;

/** Milliseconds, or undefined for anything but a whole number with a unit, from 1 ms to 24 h. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  if (match === null) return undefined;
  const milliseconds = Number(match[1]) * units[match[2] as keyof typeof units];
  return milliseconds >= 1 && milliseconds <= most ? milliseconds : undefined;
}
