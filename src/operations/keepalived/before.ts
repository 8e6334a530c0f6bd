// How keepalived was before its configuration was replaced: noted then, and made so again when that is put back.
import { managedDirectories, managedMark } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import type { KeepalivedConfiguration } from '../../facts/files/keepalived-configuration.ts';
import { isStopped, unitState, type UnitState } from '../../facts/host/unit.ts';
import { removeStep } from '../files/remove-step.ts';
import type { FactNeed, FactReader, Step } from '../operation.ts';
import { enableStep, startStep } from '../systemd/unit-steps.ts';
import { keepalivedQuestion, keepalivedUnit } from './parts.ts';

const notePath = `${managedDirectories.state}/keepalived-before`;

export function beforeNeeds(): readonly FactNeed[] {
  return [{ query: ask(textFile, { path: notePath }) }, { query: ask(unitState, keepalivedQuestion) }];
}

/**
 * For a configuration that is about to be replaced. A note that is there stays: keepalived may have been stopped since, by
 * a release that was interrupted.
 */
export function noteSteps(main: KeepalivedConfiguration | null, facts: FactReader): readonly Step[] {
  if (main === null || main.isOurs || main.hasBackup) return [];
  if (facts.get(ask(textFile, { path: notePath })) !== null) return [];
  const state = facts.get(ask(unitState, keepalivedQuestion));
  const content = `${managedMark}
# How keepalived was before; it is made so again when its configuration is put back.
enabled=${state.unitFile.startsWith('enabled') ? 'yes' : 'no'}
active=${isStopped(state) ? 'no' : 'yes'}
`;
  const title = `note in ${notePath} how keepalived was`;
  return [{ kind: 'write', title, path: notePath, content, mode: 0o644 }];
}

/**
 * For a configuration that is somebody else's again. Nothing without a note.
 * @param state how keepalived is by then
 */
export function restoreSteps(
  facts: FactReader,
  state: Pick<UnitState, 'unitFile' | 'active'>,
): readonly Step[] {
  const note = facts.get(ask(textFile, { path: notePath }));
  if (note === null) return [];
  const wasEnabled = /^enabled=yes$/m.test(note.text);
  const wasActive = /^active=yes$/m.test(note.text);
  const enable = wasEnabled && !state.unitFile.startsWith('enabled') ? [enableStep(keepalivedUnit)] : [];
  const start = wasActive && isStopped(state) ? [startStep(keepalivedUnit)] : [];
  return [...enable, ...start, removeStep(notePath)];
}

/** What `systemctl disable --now` leaves. */
export const stopped = { unitFile: 'disabled', active: 'inactive' } as const;
