// The steps that give a text file its content and permissions; shared by the operations on files.
import { cmd } from '../../core/command.ts';
import { backupPath, isManaged } from '../../core/managed.ts';
import { Secret, type Content } from '../../core/secret.ts';
import type { TextFile } from '../../facts/files/file.ts';
import type { Step } from '../operation.ts';

export interface WantedTextFile {
  readonly path: string;
  readonly content: Content;
  /** Octal permission bits; 0o644 by default. */
  readonly mode?: number;
  /** The path is ours alone: nothing that stands there is worth a backup. */
  readonly exclusive?: boolean;
}

/** None when the file is as wanted; a chmod when only the permissions differ, so that its time stays. */
export function textFileSteps(wanted: WantedTextFile, found: TextFile | null): readonly Step[] {
  const { path, content, mode = 0o644 } = wanted;
  const text = content instanceof Secret ? content.reveal() : content;
  if (found === null) return [{ kind: 'write', title: `write ${path}`, path, content, mode }];
  if (found.text !== text) return [changeStep(wanted, found)];
  if (found.mode === mode) return [];
  const octal = mode.toString(8);
  return [{ kind: 'exec', title: `set mode ${octal} on ${path}`, command: cmd`chmod ${octal} ${path}` }];
}

function changeStep({ path, content, mode = 0o644, exclusive }: WantedTextFile, found: TextFile): Step {
  const isForeign = exclusive !== true && !found.hasBackup && !isManaged(path, found.text);
  const backup = backupPath(path);
  return {
    kind: 'write',
    title: isForeign ? `replace ${path}, keeping the old one as ${backup}` : `change ${path}`,
    path,
    content,
    mode,
    before: content instanceof Secret ? undefined : found.text,
    backup: isForeign ? backup : undefined,
  };
}
