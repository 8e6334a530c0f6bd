// Durations as Go writes them, which is how they come back from the API.

/** Whole seconds as Go's time.Duration prints them: 0 → `0s`, 900 → `15m0s`, 3600 → `1h0m0s`. */
export function goDuration(seconds: number): string {
  const parts = { h: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60), s: seconds % 60 };
  if (parts.h > 0) return `${parts.h}h${parts.m}m${parts.s}s`;
  return parts.m > 0 ? `${parts.m}m${parts.s}s` : `${parts.s}s`;
}
