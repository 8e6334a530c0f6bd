// The sessions of a test's own sshd, found among its children; no other process is ever looked at.
import { readFileSync } from 'node:fs';

/** Process ids of the processes that serve connections of this sshd. */
export function sessionsOf(sshd: number): readonly number[] {
  const children = readFileSync(`/proc/${sshd}/task/${sshd}/children`, 'utf8');
  return children
    .trim()
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

/** Ends all sessions with -9. One of an earlier connection may end by itself meanwhile. */
export function killSessions(sshd: number): void {
  for (const pid of sessionsOf(sshd)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
