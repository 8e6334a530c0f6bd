// The container runtime of a host: what we have installed of it, by a record of ours, and what is there of others'.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import type { Fact } from '../fact.ts';

/**
 * Lines `file RELEASE SHA256 PATH`, written before the file; `release RELEASE NAME`, when all of its files are there; and
 * `directory PATH` of what was not there before us. RELEASE is the SHA-256 of what was fetched.
 */
export const runtimeRecord = `${managedDirectories.state}/runtime`;

/** Lines of path, size, times of modification and of change (seconds), and sha256, as in `stamped-files.ts`. */
export const runtimeStamps = `${runtimeRecord}.stamps`;

/** Where containerd keeps what its containers run from, while they run: NAMESPACE/ID. */
const taskDirectory = '/run/containerd/io.containerd.runtime.v2.task';

/** What Kubernetes' containers belong to. */
const kubernetesNamespace = 'k8s.io';

export interface RuntimeQuestion {
  /** Programs to look for in the PATH. */
  readonly programs: readonly string[];
  /** Files to look for where they are. */
  readonly paths: readonly string[];
}

export interface RecordedFile {
  readonly release: string;
  readonly sha256: string;
  readonly path: string;
}

export interface FoundFile {
  readonly path: string;
  readonly sha256: string;
  /** Whether the sum came from our stamps; otherwise the file was read. */
  readonly isStamped: boolean;
}

export interface ForeignProgram {
  readonly path: string;
  /** The package that it is of, where the package manager knows. */
  readonly package: string | null;
}

export interface ContainerRuntime {
  /** SHA-256 of each release whose files were all written. */
  readonly releases: readonly string[];
  readonly files: readonly RecordedFile[];
  /** Those of the files that are there. */
  readonly found: readonly FoundFile[];
  /** Directories that were not there before us. */
  readonly directories: readonly string[];
  /** What is there of the question and not ours. */
  readonly foreign: readonly ForeignProgram[];
  /** Namespaces of running containers that are not of Kubernetes. */
  readonly busyNamespaces: readonly string[];
}

export const containerRuntime: Fact<ContainerRuntime, RuntimeQuestion> = {
  name: 'container.runtime',
  scope: 'host',
  timeoutMs: 10 * 60_000,
  probe: ({ programs, paths }) =>
    sequence([
      cmd`record=${runtimeRecord} stamps=${runtimeStamps} tasks=${taskDirectory} own=${kubernetesNamespace}`,
      readRecord,
      readTasks,
      ...look(programs, paths),
    ]),
  parse({ stdout }) {
    const lines = stdout.split('\n').filter((line) => line !== '');
    const rows = (kind: string) =>
      lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
    const files = rows('file').map((row) => {
      const [, release = '', sha256 = '', path = ''] =
        /^([0-9a-f]{64}) ([0-9a-f]{64}) (\/.+)$/.exec(row) ?? [];
      if (path === '') throw new Error(`unexpected line in ${runtimeRecord}: file ${row}`);
      return { release, sha256, path };
    });
    const found = rows('found').map((row) => {
      const [, kind = '', sha256 = '', path = ''] = /^(stamped|read) ([0-9a-f]{64}) (\/.+)$/.exec(row) ?? [];
      if (kind === '') throw new Error(`unexpected answer: found ${row}`);
      return { path, sha256, isStamped: kind === 'stamped' };
    });
    const programs = rows('program').map((row) => {
      const at = row.indexOf(' ');
      return { package: at === 1 && row.startsWith('-') ? null : row.slice(0, at), path: row.slice(at + 1) };
    });
    return {
      releases: rows('release').map((row) => row.slice(0, 64)),
      files,
      found,
      directories: rows('directory'),
      foreign: programs.filter(({ path }) => !isOurs(path, { files, found })),
      busyNamespaces: [...new Set(rows('task'))].sort(),
    };
  },
};

/** Whether a file is one that we have written, and as we did. */
export function isOurs(path: string, { files, found }: Pick<ContainerRuntime, 'files' | 'found'>): boolean {
  const sha256 = found.find((one) => one.path === path)?.sha256;
  return files.some((one) => one.path === path && one.sha256 === sha256);
}

function look(programs: readonly string[], paths: readonly string[]): readonly Command[] {
  if (programs.length + paths.length === 0) return [];
  return [cmd`names=${programs.join(' ')}; set -- ${paths}`, lookAround];
}

const readRecord = script(`
nl='
'
known=
if [ -r "$stamps" ]; then known=$nl$(cat "$stamps")$nl; fi
if [ -r "$record" ]; then
cat "$record"
sed -n 's/^file [0-9a-f]* [0-9a-f]* //p' "$record" | sort -u | while read -r path; do
if [ -f "$path" ]; then
key="$nl$path $(stat -L -c '%s %Y %Z' "$path") "
case $known in
*"$key"*) sum=\${known#*"$key"}; echo "found stamped \${sum%%"$nl"*} $path" ;;
*) sum=$(sha256sum <"$path") && echo "found read \${sum%% *} $path" ;;
esac
fi
done
fi
`);

const readTasks = script(`
for task in "$tasks"/*/*; do
space=\${task%/*} space=\${space##*/}
if [ -d "$task" ] && [ "$space" != "$own" ]; then echo "task $space"; fi
done
`);

/** One directory may have several names in the PATH. */
const lookAround = script(`
seen=' '
tell() {
real=$(readlink -f "$1")
case $seen in *" $real "*) return 0 ;; esac
seen="$seen$real "
package=
if ! grep -qsF " $1" "$record"; then
package=$(dpkg-query -S "$real" "$1" 2>/dev/null | head -n 1 | cut -d : -f 1)
if [ -z "$package" ]; then package=$(rpm -qf --qf '%{NAME}' "$real" 2>/dev/null) || package=; fi
fi
echo "program \${package:--} $1"
}
for name in $names; do
IFS=:
for dir in $PATH; do
unset IFS
if [ -x "$dir/$name" ] && [ ! -d "$dir/$name" ]; then tell "$dir/$name"; fi
done
unset IFS
done
for path in "$@"; do if [ -x "$path" ]; then tell "$path"; fi; done
`);
