// Checksums of large files, cheaply: a stamp of ours remembers them as long as the files' sizes and times are the same.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import type { Fact } from '../fact.ts';

/** Lines of path, size, times of modification and of change (seconds), and sha256. */
export const stampFile = `${managedDirectories.state}/stamps`;

export interface StampedFile {
  readonly path: string;
  /** Octal permission bits. */
  readonly mode: number;
  readonly sha256: string;
  /** Whether the sum came from the stamp; otherwise the file was read. */
  readonly isStamped: boolean;
}

/** Those of the files that are there. The time of change cannot be set back, so an unchanged stamp means unchanged bytes. */
export const stampedFiles: Fact<readonly StampedFile[], { readonly paths: readonly string[] }> = {
  name: 'file.checksums',
  scope: 'host',
  timeoutMs: 10 * 60_000,
  probe: ({ paths }) => sequence([cmd`stamp=${stampFile}; set -- ${paths}`, checksums]),
  parse: ({ stdout }) =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [, kind, mode = '', sha256 = '', path = ''] =
          /^(\w+) (\d+) ([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
        if (kind === undefined) throw new Error(`unexpected answer: ${line}`);
        return { path, mode: parseInt(mode, 8), sha256, isStamped: kind === 'stamped' };
      }),
};

/** Writes the stamp for files whose sums are known. */
export function stampCommand(files: readonly { readonly path: string; readonly sha256: string }[]): Command {
  const lines = files.map(({ path, sha256 }) => cmd`stamp_file ${path} ${sha256}`);
  const write = sequence([script('stamp_file() { echo "$1 $(stat -L -c "%s %Y %Z" "$1") $2"; }'), ...lines]);
  return cmd`mkdir -p ${managedDirectories.state} && {
${write}
} > ${`${stampFile}.new`} && mv -f ${`${stampFile}.new`} ${stampFile}`;
}

const checksums = script(`
nl='
'
known=
if [ -r "$stamp" ]; then known=$nl$(cat "$stamp")$nl; fi
stat -L -c '%s %Y %Z %a %n' "$@" 2>/dev/null | while read -r size mtime ctime mode path; do
key="$nl$path $size $mtime $ctime "
case $known in
*"$key"*) sum=\${known#*"$key"}; echo "stamped $mode \${sum%%"$nl"*} $path" ;;
*) sum=$(sha256sum "$path") && echo "read $mode \${sum%% *} $path" ;;
esac
done
`);
