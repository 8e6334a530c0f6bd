// The two files about kernel settings: what is set at boot, and what was there before us.
import { managedDirectories, managedMark } from '../../core/managed.ts';
import { normalizeValue, sysctlPath } from '../../facts/host/sysctl.ts';

/** Sorts behind 99-sysctl.conf, the link to /etc/sysctl.conf, so that ours is the last word at boot. */
export const sysctlFile = '/etc/sysctl.d/99-zz-ipvs-bootstrap.conf';

/** Values from before our first change, for reset. */
export const sysctlRecord = `${managedDirectories.state}/sysctl-before`;

/** Settings by /proc/sys path. */
export type Settings = ReadonlyMap<string, string>;

/** Reads `key = value` lines of a sysctl.d file, or `path=value` lines of a record. */
export function parseSettings(text: string): Settings {
  const lines = text.split('\n').filter((line) => /^[^#;]+=/.test(line));
  return new Map(lines.map((line) => readSetting(line)));
}

function readSetting(line: string): [string, string] {
  const at = line.indexOf('=');
  const key = line.slice(0, at).trim().replace(/^-/, '');
  const path = key.startsWith('/proc/sys/') ? key : sysctlPath(key);
  return [path, normalizeValue(line.slice(at + 1))];
}

export function formatRecord(settings: Settings): string {
  const lines = [...settings].map(([path, value]) => `${path}=${value}\n`);
  return `${managedMark}\n# Kernel settings as they were before; reset puts them back.\n${lines.join('')}`;
}
