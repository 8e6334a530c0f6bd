// Live kernel settings, and those whose earlier values we keep.
import { cmd, script, sequence } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** Values by key, with single blanks between several numbers; `null` when the kernel has no such setting. */
export type SysctlValues = Readonly<Record<string, string | null>>;

export const sysctlValues: Fact<SysctlValues, { readonly keys: readonly string[] }> = {
  name: 'sysctl.values',
  scope: 'host',
  // Not the shell's own `read`: it reads byte by byte, and /proc/sys answers the first read only.
  probe: ({ keys }) => cmd`grep -s '' ${keys.map(sysctlPath)} /dev/null || :`,
  parse({ stdout }, { keys }) {
    const values = readValues(stdout.split('\n'));
    return Object.fromEntries(keys.map((key) => [key, values.get(sysctlPath(key)) ?? null]));
  },
};

/** The keys whose settings the host lets nobody write, as in a container. */
export const lockedSettings: Fact<readonly string[], { readonly keys: readonly string[] }> = {
  name: 'sysctl.locked',
  scope: 'host',
  probe: ({ keys }) => sequence([cmd`set -- ${keys.map(sysctlPath)}`, tryToOpen]),
  parse({ stdout }, { keys }) {
    const locked = stdout.split('\n');
    return keys.filter((key) => locked.includes(sysctlPath(key)));
  },
};

/** Opened and nothing written: `test -w` does not know what AppArmor forbids. */
const tryToOpen = script(`
for file; do [ ! -e "$file" ] || true 2>/dev/null >>"$file" || echo "$file"; done
`);

/** A setting that we changed. */
export interface SavedSetting {
  /** File under /proc/sys. */
  readonly path: string;
  /** Its value before. */
  readonly before: string;
  /** Its value now; `null` when the kernel has it no more. */
  readonly now: string | null;
}

/** The settings named in a record of ours (see `formatRecord`), with their values of now. */
export const savedSettings: Fact<readonly SavedSetting[], { readonly record: string }> = {
  name: 'sysctl.saved',
  scope: 'host',
  probe: ({ record }) => sequence([cmd`record=${record}`, readRecord]),
  parse({ stdout }) {
    const lines = stdout.split('\n');
    const values = readValues(lines.filter((line) => line.startsWith('now ')).map((line) => line.slice(4)));
    const saved = lines.filter((line) => line.startsWith('before ')).map((line) => line.slice(7));
    return saved.map((line) => {
      const [path = '', before = ''] = line.split('=');
      return { path, before, now: values.get(path) ?? null };
    });
  },
};

/** /proc/sys path of a key; with slashes as in sysctl(8) where an interface name contains dots. */
export function sysctlPath(key: string): string {
  return `/proc/sys/${key.includes('/') ? key : key.replaceAll('.', '/')}`;
}

/** One blank between values, as sysctl.d files have it; the kernel prints tabs. */
export function normalizeValue(value: string): string {
  return value.trim().replace(/\s+/g, ' ');
}

const readRecord = script(`
if [ -e "$record" ]; then
  paths=
  while IFS== read -r path before; do
    case $path in /proc/sys/*) echo "before $path=$before"; paths="$paths $path" ;; esac
  done < "$record"
  grep -s '' $paths /dev/null | sed 's/^/now /'
fi
`);

/** First line of each file, from lines `PATH:TEXT`. */
function readValues(lines: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(':');
    const path = line.slice(0, at);
    if (at > 0 && !values.has(path)) values.set(path, normalizeValue(line.slice(at + 1)));
  }
  return values;
}
