// The programs of a release in their places: none of somebody else's is touched, and what is ours is noted before.
import { cmd, script, sequence } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import { runtimeRecord, runtimeStamps } from '../../facts/host/container-runtime.ts';
import type { ExecStep } from '../operation.ts';
import type { RuntimeRelease } from './runtime-args.ts';

const placeTimeoutMs = 10 * 60_000;

/** What a part makes besides its programs: it goes with them, where it was not there before. */
const directoriesOf: Readonly<Record<RuntimeRelease['part'], readonly string[]>> = {
  containerd: ['/var/lib/containerd', '/run/containerd', '/opt/containerd', '/etc/containerd'],
  runc: ['/run/runc'],
  'cni-plugins': ['/opt/cni/bin', '/opt/cni'],
  crictl: [],
};

/** Unpacks a release and installs its programs; the file itself goes. */
export function placeStep(
  { part, name, sha256, directory, program }: RuntimeRelease,
  file: string,
): ExecStep {
  const staging = `${managedDirectories.state}/unpacked`;
  const values = [runtimeRecord, staging, sha256, name, file, directory, program ?? ''];
  return {
    kind: 'exec',
    title: `install ${program ?? name} in ${directory}`,
    command: sequence([
      cmd`record=${runtimeRecord}`,
      script(
        'note() { grep -qxsF "$1" "$record" || { echo "$1" >>"$record" && { sync "$record" 2>/dev/null || sync; }; }; }',
      ),
      cmd`for path in ${directoriesOf[part]}; do [ -e "$path" ] || note "directory $path" || exit; done`,
      cmd`set -- ${values}`,
      place,
    ]),
    timeoutMs: placeTimeoutMs,
  };
}

/** From a directory of its own that is not where they go: there every file must be known for ours. */
const place = script(`
record=$1 staging=$2 release=$3 name=$4 file=$5 directory=$6 program=$7
fail() { echo "$1" >&2; exit 1; }
sum_of() { sum=$(sha256sum <"$1") && sum=\${sum%% *}; }
trap 'rm -rf "$staging"' EXIT
rm -rf "$staging" && mkdir -p "$staging" "$directory" && chmod 700 "$staging" || exit
if [ -n "$program" ]; then
cp "$file" "$staging/$program" && chmod 755 "$staging/$program" || exit
else
command -v tar >/dev/null && command -v gzip >/dev/null || fail "this host has no tar or no gzip to unpack $name with"
tar -xzf "$file" -C "$staging" --no-same-owner || fail "$name cannot be unpacked"
fi
found=$(find "$staging" -type f -perm -100) || exit
[ -n "$found" ] || fail "$name has no programs in it"
found=$(echo "$found" | sort) && [ -n "$found" ] || exit
echo "$found" | while read -r from; do
to=$directory/\${from##*/}
new=$directory/.\${from##*/}.ipvs-bootstrap-new
sum_of "$from" || exit
wanted=$sum
if [ -e "$to" ] || [ -L "$to" ]; then
sum_of "$to" || exit
if ! grep -q "^file [0-9a-f]* $sum $to\\$" "$record" 2>/dev/null; then
echo "$to is somebody else's, and stays"
continue
fi
fi
note "file $release $wanted $to" || exit
if [ "$sum" = "$wanted" ] && [ -e "$to" ]; then continue; fi
if ! { rm -f "$new" && cp "$from" "$new" && chmod 755 "$new" && { sync "$new" 2>/dev/null || sync; } && mv -f "$new" "$to"; }; then
rm -f "$new"
exit 1
fi
done || exit
note "release $release $name" && rm -f "$file"`);

/** So that a host that has all answers at once. */
export function stampStep(): ExecStep {
  return {
    kind: 'exec',
    title: `note the checksums in ${runtimeStamps}`,
    command: sequence([cmd`record=${runtimeRecord} stamps=${runtimeStamps}`, stamp]),
  };
}

const stamp = script(`
sed -n 's/^file [0-9a-f]* [0-9a-f]* //p' "$record" | sort -u | while read -r path; do
if [ -f "$path" ]; then
sum=$(sha256sum <"$path") && echo "$path $(stat -L -c '%s %Y %Z' "$path") \${sum%% *}"
fi
done >"$stamps.new" && mv -f "$stamps.new" "$stamps"`);
