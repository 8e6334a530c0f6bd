// Where the journal of a run goes: the file that the user asks for, or one of our own.
import { join } from 'node:path';
import { openJournal, type Journal } from '../../engine/events/journal.ts';
import { ownState } from '../local/base-directories.ts';

/**
 * `$XDG_STATE_HOME/ipvs-bootstrap/runs/2026-01-31T12-00-00.000Z-up-4711.ndjson` unless `asked` names a file.
 * @throws BootstrapError `file.unreadable` when the file cannot be made.
 */
export function createJournal(
  command: string,
  asked: string | undefined,
  environment: NodeJS.ProcessEnv,
): Journal {
  if (asked !== undefined) {
    return openJournal(asked, 'Name a file with --log-file that does not exist yet and that you may make.');
  }
  const time = new Date().toISOString().replaceAll(':', '-');
  const name = `${time}-${command.replaceAll(/[^a-z]+/g, '-')}-${process.pid}.ndjson`;
  return openJournal(
    join(ownState(environment), 'runs', name),
    'Name a file for it with --log-file, or set XDG_STATE_HOME to a directory that you may write to.',
  );
}
