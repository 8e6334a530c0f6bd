// Which files in containerd's directory of registries are ours, and what they replaced.
import { cmd, script, sequence } from '../../core/command.ts';
import { backupPath, managedMark } from '../../core/managed.ts';
import type { Fact } from '../fact.ts';
import { parseOwnFiles, type OwnFile } from './own-files.ts';

/** Those that bear our mark, and those that a backup of ours stands beside. */
export const ownRegistryFiles: Fact<readonly OwnFile[], { readonly directory: string }> = {
  name: 'registry.files',
  scope: 'host',
  probe: ({ directory }) =>
    sequence([cmd`directory=${directory} suffix=${backupPath('')} mark=${managedMark}`, lookAtAll]),
  parse: parseOwnFiles,
};

const lookAtAll = script(`
for path in "$directory"/*/hosts.toml "$directory"/*/ca.crt "$directory"/*/hosts.toml"$suffix" "$directory"/*/ca.crt"$suffix"; do
[ -f "$path" ] || continue
case $path in
*"$suffix") path=\${path%"$suffix"}; [ ! -e "$path" ] || continue; file=absent ;;
*) if grep -qxF "$mark" "$path"; then file=ours; else file=foreign; fi ;;
esac
backup=none
if [ -e "$path$suffix" ]; then
if [ "$(sha256sum <"$path")" = "$(sha256sum <"$path$suffix")" ]; then backup=same; else backup=different; fi
fi 2>/dev/null
[ "$file $backup" = "foreign none" ] || echo "$file $backup $path"
done
`);
