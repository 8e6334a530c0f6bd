// The files that we sent to a host, by a record of their checksums: whether they are still ours, and what they replaced.
import { cmd, script, sequence } from '../../core/command.ts';
import { backupPath, managedDirectories } from '../../core/managed.ts';
import type { Fact, ProbeOutput } from '../fact.ts';
import type { Backup } from './file.ts';

/** Lines of sha256 and path, written before the file is sent. A path has a line for each version of it. */
export const ownFilesRecord = `${managedDirectories.state}/programs`;

/** Whose a file is that may have replaced another. */
export interface Remains {
  readonly file: 'ours' | 'foreign' | 'absent';
  readonly backup: Backup;
}

export interface OwnFile extends Remains {
  readonly path: string;
}

/** Each path in the record, once. */
export const ownFiles: Fact<readonly OwnFile[]> = {
  name: 'file.ours',
  scope: 'host',
  timeoutMs: 10 * 60_000,
  probe: () => sequence([cmd`record=${ownFilesRecord} suffix=${backupPath('')}`, compareAll]),
  parse: parseOwnFiles,
};

/** Lines of whose the file is, what became of its backup, and its path. */
export function parseOwnFiles({ stdout }: ProbeOutput): readonly OwnFile[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, file, backup, path = ''] =
        /^(ours|foreign|absent) (none|same|different) (.+)$/.exec(line) ?? [];
      if (file === undefined) throw new Error(`unexpected answer: ${line}`);
      return { path, file: file as Remains['file'], backup: backup as Remains['backup'] };
    });
}

const compareAll = script(`
if [ -r "$record" ]; then
cut -d ' ' -f 2- "$record" | sort -u | while read -r path; do
file=absent backup=none sum= old=
if [ -e "$path" ]; then
sum=$(sha256sum <"$path")
if grep -qxF "\${sum%% *} $path" "$record"; then file=ours; else file=foreign; fi
fi
if [ -e "$path$suffix" ]; then
old=$(sha256sum <"$path$suffix")
if [ "$old" = "$sum" ]; then backup=same; else backup=different; fi
fi
echo "$file $backup $path"
done
fi
`);

/** A file of the record. */
export interface SentFile {
  readonly path: string;
  readonly sha256: string;
}

export function parseRecord(text: string): readonly SentFile[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf(' ');
      return { sha256: line.slice(0, at), path: line.slice(at + 1) };
    });
}

export function formatRecord(files: readonly SentFile[]): string {
  return files.map(({ sha256, path }) => `${sha256} ${path}\n`).join('');
}
