// Steps as commands of a POSIX shell. A file appears whole or not at all, whenever the connection or the power goes.
import { cmd, script, type Command } from '../../core/command.ts';
import type { HostRequest } from '../../core/host.ts';
import { contentBytes } from '../../core/secret.ts';
import type { ExecStep, RemoveStep, UploadStep, WriteStep } from '../../operations/operation.ts';

/**
 * What writing and uploading share. `fail` leaves no temporary file behind, and `keep` no backup that is not whole: what is
 * there counts as one.
 */
const start = `
dir=\${1%/*}
dir=\${dir:-/}
fail() { [ -z "$1" ] || echo "$1" >&2; rm -f "$new"; exit 1; }
put() {
  chmod "$mode" "$new" && { sync "$new" 2>/dev/null || sync; } && mv -f "$new" "$path" || fail
  sync "$dir" 2>/dev/null || :
}
keep() {
  [ -n "$backup" ] && [ -e "$path" ] && [ ! -e "$backup" ] || return 0
  rm -f "$backup.new" && cp -p "$path" "$backup.new" && { sync "$backup.new" 2>/dev/null || sync; } &&
    mv -f "$backup.new" "$backup" && return
  rm -f "$backup.new"
  fail
}
[ ! -d "$path" ] || fail "$path is a directory"`;

/** Arguments: path, temporary path, mode, size in bytes, backup path or nothing. Content on stdin. */
export const writeProgram = script(`
path=$1 new=$2 mode=$3 size=$4 backup=$5
${start}
[ -d "$dir" ] || mkdir -p "$dir" || exit
rm -f "$new" && (umask 077 && cat >"$new") || fail
[ $(wc -c <"$new") -eq "$size" ] || fail "the content arrived incomplete"
keep
put`);

/** Arguments: path, temporary path. Before an upload. */
export const prepareProgram = script(`
dir=\${1%/*}
[ -d "\${dir:-/}" ] || mkdir -p "$dir" || exit
rm -f "$2"`);

/** Arguments: path, temporary path, mode, sha256 in hexadecimal, backup path or nothing. After an upload. */
export const installProgram = script(`
path=$1 new=$2 mode=$3 sum=$4 backup=$5
${start}
found=$(sha256sum <"$new") || fail
[ "\${found%% *}" = "$sum" ] || fail "the file arrived damaged"
keep
put`);

/** Where a file is written before it is renamed: beside it, hidden, and with a suffix that no program looks for. */
export function temporaryPath(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}.${path.slice(slash)}.ipvs-bootstrap-new`;
}

/** The request that does a step which needs only one. */
export function stepRequest(step: ExecStep | WriteStep | RemoveStep): HostRequest {
  switch (step.kind) {
    case 'exec':
      return { command: step.command, stdin: step.stdin, timeoutMs: step.timeoutMs };
    case 'write':
      return writeRequest(step);
    case 'remove':
      return { command: cmd`rm -f ${step.path}` };
  }
}

export function prepareRequest({ path }: UploadStep): HostRequest {
  return { command: withArguments(prepareProgram, [path, temporaryPath(path)]) };
}

export function installRequest({ path, mode, sha256, backup }: UploadStep): HostRequest {
  const values = [path, temporaryPath(path), mode.toString(8), sha256, backup ?? ''];
  return { command: withArguments(installProgram, values) };
}

function writeRequest({ path, content, mode, backup }: WriteStep): HostRequest {
  const bytes = contentBytes(content);
  const values = [path, temporaryPath(path), mode.toString(8), bytes.length, backup ?? ''];
  return { command: withArguments(writeProgram, values), stdin: bytes };
}

function withArguments(program: Command, values: readonly (string | number)[]): Command {
  return cmd`set -- ${values}\n${program}`;
}
