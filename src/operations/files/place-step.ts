// A file that the host has fetched, as a program in its place.
import { cmd, script, sequence } from '../../core/command.ts';
import type { ExecStep } from '../operation.ts';

export interface Placed {
  /** Where it lies. It goes. */
  readonly file: string;
  readonly path: string;
  readonly mode: number;
  /** Where a foreign file that stands in the way is copied to first. */
  readonly backup?: string | undefined;
}

/** By a copy beside the place, for a file system of its own, and what SELinux calls files there. */
export function placeFileStep({ file, path, mode, backup }: Placed): ExecStep {
  const slash = path.lastIndexOf('/') + 1;
  const unfinished = `${path.slice(0, slash)}.${path.slice(slash)}.ipvs-bootstrap-new`;
  const values = [file, path, unfinished, mode.toString(8), backup ?? ''];
  return {
    kind: 'exec',
    title: `install ${path}` + (backup === undefined ? '' : `, keeping the old one as ${backup}`),
    command: sequence([cmd`set -- ${values}`, place]),
  };
}

const place = script(`
file=$1 path=$2 new=$3 mode=$4 backup=$5
copy() { cp -p "$1" "$2" && { sync "$2" 2>/dev/null || sync; } && mv -f "$2" "$3" || { rm -f "$2"; exit 1; }; }
mkdir -p "\${path%/*}" || exit
if [ -n "$backup" ] && [ -e "$path" ] && [ ! -e "$backup" ]; then copy "$path" "$backup.new" "$backup"; fi
rm -f "$new" && chmod "$mode" "$file" && copy "$file" "$new" "$path" && rm -f "$file"`);
