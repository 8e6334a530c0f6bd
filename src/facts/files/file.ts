// A small text file: whether it is there, its permissions and what it says.
import { script, cmd } from '../../core/command.ts';
import { backupPath } from '../../core/managed.ts';
import type { Fact } from '../fact.ts';

export interface TextFile {
  /** Octal permission bits, such as 0o644. */
  readonly mode: number;
  readonly text: string;
  /** Whether a backup of an earlier, foreign file stands beside it. */
  readonly hasBackup: boolean;
}

/** `null` when nothing is there. */
export const textFile: Fact<TextFile | null, { readonly path: string }> = {
  name: 'file.text',
  scope: 'host',
  // A file costs two processes (stat, cat), an absent one none.
  probe: ({ path }) => cmd`file=${path}
backup=${backupPath(path)}
${readFile}`,
  parse({ stdout, stderr, exitCode }, { path }) {
    if (exitCode !== 0) throw new Error(`${path} cannot be read: ${stderr.trim()}`);
    const end = stdout.indexOf('\n');
    const [kind, mode, backup] = stdout.slice(0, end).split(' ');
    if (kind === 'absent') return null;
    if (kind !== 'file' || mode === undefined) throw new Error(`${path} is not a regular file`);
    return { mode: parseInt(mode, 8), text: stdout.slice(end + 1), hasBackup: backup === 'backup' };
  },
};

const readFile = script(`
saved=none
if [ -e "$backup" ]; then saved=backup; fi
if [ -f "$file" ]; then mode=$(stat -L -c %a "$file") && echo "file $mode $saved" && cat "$file"
elif [ -e "$file" ] || [ -L "$file" ]; then echo other
else echo absent; fi
`);

/** The file that was there before ours. The same as the one of now: a run was killed before it could replace that. */
export type Backup = 'none' | 'same' | 'different';

export const fileBackup: Fact<Backup, { readonly path: string }> = {
  name: 'file.backup',
  scope: 'host',
  probe: ({ path }) => cmd`file=${path}
backup=${backupPath(path)}
${compareBackup}`,
  parse({ stdout }, { path }) {
    const found = (['none', 'same', 'different'] as const).find((one) => stdout === `${one}\n`);
    if (found === undefined) throw new Error(`cannot tell whether ${path} has a backup`);
    return found;
  },
};

const compareBackup = script(`
if [ ! -e "$backup" ]; then echo none
elif [ -f "$file" ] && [ "$(sha256sum <"$file")" = "$(sha256sum <"$backup")" ]; then echo same
else echo different; fi
`);
