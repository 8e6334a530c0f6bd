// Where the journal of a run goes: the file that the user asks for, or one of our own.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openJournal, type Journal } from '../engine/journal.ts';

/** `$XDG_STATE_HOME/ipvs-bootstrap/runs/2026-01-31T12-00-00.000Z-up-4711.ndjson` unless `asked` names a file. */
export function createJournal(
  command: string,
  asked: string | undefined,
  environment: NodeJS.ProcessEnv,
): Journal {
  if (asked !== undefined) return openJournal(asked);
  const state = environment['XDG_STATE_HOME'];
  const base = state === undefined || state === '' ? join(homedir(), '.local/state') : state;
  const time = new Date().toISOString().replaceAll(':', '-');
  const name = `${time}-${command.replaceAll(/[^a-z]+/g, '-')}-${String(process.pid)}.ndjson`;
  return openJournal(join(base, 'ipvs-bootstrap/runs', name));
}
