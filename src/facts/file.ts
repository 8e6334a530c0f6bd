// A small text file: whether it is there, its permissions and what it says.
import { script, cmd } from '../core/command.ts';
import { backupPath } from '../core/managed.ts';
import type { Fact } from './fact.ts';

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
