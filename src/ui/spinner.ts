// The spinner for a single wait on a terminal. It colours by rules of its own, so it is told ours.
import ora, { type Ora } from 'ora';
import type { Style } from './style.ts';

export function createSpinner({ isColoured }: Style): Ora {
  return ora({ stream: process.stderr, discardStdin: false, color: isColoured ? 'cyan' : false });
}
