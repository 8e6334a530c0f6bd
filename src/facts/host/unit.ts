// A systemd unit: its state, and whether files have changed since it started.
import { cmd, script, sequence } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import type { Fact } from '../fact.ts';

export interface UnitQuestion {
  readonly unit: string;
  /** Files that the service reads when it starts. */
  readonly paths: readonly string[];
}

export interface UnitState {
  /** loaded, not-found, masked… */
  readonly load: string;
  /** active, inactive, failed, activating, deactivating, reloading. */
  readonly active: string;
  /** running, dead, auto-restart… */
  readonly sub: string;
  /** enabled, disabled, static, masked…; empty when there is no unit file. */
  readonly unitFile: string;
  /** systemd has not read the unit's files since they changed. */
  readonly needsReload: boolean;
  /** The files that changed after the service started; empty when it does not run. */
  readonly newer: readonly string[];
}

export const unitState: Fact<UnitState, UnitQuestion> = {
  name: 'unit.state',
  scope: 'host',
  probe: ({ unit, paths }) =>
    paths.length === 0
      ? cmd`${showUnit} ${unit} || :`
      : sequence([cmd`set -- ${paths}; stamp=${stampPath(unit)}; ${showUnit} ${unit} || :`, showTimes]),
  parse({ stdout }) {
    const [properties = '', times = '', stamp = '', files = ''] = stdout.split('--\n');
    const values = new Map(properties.split('\n').map((line) => splitOnce(line, '=')));
    // Without an answer systemd is not there, which is for the preflight checks to say.
    const active = values.get('ActiveState') ?? 'inactive';
    const started = values.get('ExecMainStartTimestampMonotonic') ?? '0';
    return {
      load: values.get('LoadState') ?? 'not-found',
      active,
      sub: values.get('SubState') ?? '',
      unitFile: values.get('UnitFileState') ?? '',
      needsReload: values.get('NeedDaemonReload') === 'yes',
      newer: isStarted(active) ? newerFiles(started, times, stamp, files) : [],
    };
  },
};

/** Whether it has come to rest: nothing of it runs or is about to. */
export function isStopped({ active }: Pick<UnitState, 'active'>): boolean {
  return active === 'inactive' || active === 'failed';
}

/** Whether it runs, if only to read its files again. */
export function isRunning({ active }: Pick<UnitState, 'active'>): boolean {
  return active === 'active' || active === 'reloading';
}

/** Whether it runs or is about to, and is not on its way out. */
function isStarted(active: string): boolean {
  return isRunning({ active }) || active === 'activating';
}

/** Gone after a reboot, as is what it speaks of. */
function stampPath(unit: string): string {
  return `${managedDirectories.run}/${unit}.started`;
}

const fileFormat = '%s %i %y %n';

export interface RestartRequest extends UnitQuestion {
  /** A unit that runs reads its files again without an end, where it can. */
  readonly reload?: boolean;
}

/** (Re)starts a unit and notes which files it has read; after a failure the unit's last log lines are on stderr. */
export function restartCommand({ unit, paths, reload = false }: RestartRequest): ReturnType<typeof cmd> {
  const verb = reload ? 'reload-or-restart' : 'restart';
  return sequence([cmd`unit=${unit} verb=${verb} stamp=${stampPath(unit)}; set -- ${paths}`, restart]);
}

const showUnit = script(
  'systemctl show -p LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,ExecMainStartTimestampMonotonic 2>/dev/null',
);

/** Time of day and time since boot at the same moment, our note of the last start, and the files as they are. */
const showTimes = script(`
read -r up _ < /proc/uptime
echo "--
$(date +%s.%N) $up
--"
if [ -e "$stamp" ]; then cat "$stamp"; fi
echo --
stat -L -c '${fileFormat}' "$@" 2>/dev/null || :
`);

const restart = script(`
files=$(stat -L -c '${fileFormat}' "$@" 2>/dev/null)
systemctl reset-failed "$unit" 2>/dev/null
if ! systemctl "$verb" "$unit"; then journalctl -q -n 20 --no-pager -o cat -u "$unit" >&2; exit 1; fi
mkdir -p "\${stamp%/*}"
started=$(systemctl show -p ExecMainStartTimestampMonotonic "$unit")
echo "\${started#*=}
$files" > "$stamp"
`);

/**
 * Our own note decides when it is about the present start: then no clock is needed, and a file that is gone shows too.
 * Otherwise the files' times are compared with the start, counted back from now on the clock since boot, so that a clock
 * set after boot does no harm.
 */
function newerFiles(started: string, times: string, stamp: string, files: string): readonly string[] {
  const present = linesOf(files);
  const [notedStart, ...noted] = linesOf(stamp);
  if (notedStart === started) {
    const changed = [
      ...present.filter((line) => !noted.includes(line)),
      ...noted.filter((line) => !present.includes(line)),
    ];
    return [...new Set(changed.map(pathOf))];
  }
  const [now = '0', up = '0'] = times.trim().split(' ');
  const startedAt = Number(now) - (Number(up) - Number(started) / 1_000_000);
  // Time since boot comes in hundredths of a second.
  return present.filter((line) => modifiedAt(line) > startedAt + 0.05).map(pathOf);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

const filePattern = /^\d+ \d+ (\S+) (\d+:\d+:\d+)(\.\d+)? ([+-]\d\d)(\d\d) (.+)$/;

/** Seconds since 1970, with the fraction that JavaScript's dates would cut off. */
function modifiedAt(line: string): number {
  const [, date = '', time = '', fraction = '0', hours = '', minutes = ''] = filePattern.exec(line) ?? [];
  return Date.parse(`${date}T${time}${hours}:${minutes}`) / 1000 + Number(`0${fraction}`);
}

function pathOf(line: string): string {
  return filePattern.exec(line)?.[6] ?? line;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
