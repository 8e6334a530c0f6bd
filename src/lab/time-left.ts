// How long something will still take, as people say it: no more exact than such a guess can be.

/** "4 min", or "20 s" in tens. */
export function formatLeft(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds >= 90) return `${Math.round(seconds / 60)} min`;
  return `${Math.ceil(seconds / 10) * 10} s`;
}
