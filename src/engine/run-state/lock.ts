// One changing run per cluster: a lock on the first control plane that ends with this run's shell there.
import { cmd, script } from '../../core/command.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { Host } from '../../core/host.ts';
import { managedDirectories } from '../../core/managed.ts';

export interface LockOwner {
  readonly cluster: string;
  /** alice@laptop */
  readonly owner: string;
  /** The command that runs, such as `up`. */
  readonly command: string;
}

export interface HeldLock {
  /** Whether it still lives: a connection that was lost and made again has lost it. */
  isHeld(): Promise<boolean>;
  /** Frees the lock; never fails, because the end of the connection frees it too. */
  release(): Promise<void>;
}

/**
 * A process in the background keeps the lock as an flock on its file, and watches the shell that started it ($$ is the
 * resident shell also in a subshell). However the run ends, its connection ends, so does that shell, and within a
 * second the holder. Pauses are processes without the lock's file, so that they cannot outlive the holder with it.
 *
 * A command that runs on keeps its shell, and so the lock, when the connection ends. Whose end that was shows in the shell's
 * parent, sshd or whatever started it: without it, the shell has another one. What is left then is in the shell's group.
 * Arguments: file, owner, command.
 */
export const acquireProgram = script(`
umask 077
command -v flock >/dev/null || { echo no-flock; exit 0; }
mkdir -p "\${1%/*}" || exit
exec 9>>"$1" || exit
parent_of() { sed -n 's/^PPid:[^0-9]*//p' "/proc/$1/status" 2>/dev/null; }
anchor_of() {
  above=$(parent_of "$1")
  if [ "$(cat "/proc/$above/comm" 2>/dev/null)" = sudo ]; then anchor_of "$above"; else echo "$above"; fi
}
left_in() {
  left_group=$1
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    name=\${line#*(} name=\${name%)*}
    case $name in sh | bash | dash | ash | sleep | sudo) continue ;; esac
    set -- \${line##*) }
    if [ "$3" = "$left_group" ]; then printf '%s ' "$name"; fi
  done
}
if ! flock -n 9; then
  echo held
  date +%s
  { read -r since && read -r owner && read -r command && read -r shell anchor group; } <"$1"
  printf '%s\\n' "$since" "$owner" "$command"
  if [ -n "$group" ] && [ "$(anchor_of "$shell")" != "$anchor" ]; then echo "gone $group $(left_in "$group")"; fi
  exit 0
fi
{ read -r line <"/proc/$$/stat"; } 2>/dev/null
group=\${line##*) } group=\${group#* * } group=\${group%% *}
printf '%s\\n' "$(date +%s)" "$2" "$3" "$$ $(anchor_of $$) $group" >"$1" || exit
(
  trap ': >"$1"; kill "$pause" 2>/dev/null; exit 0' TERM
  while kill -0 $$ 2>/dev/null; do sleep 1 9>&- & pause=$!; wait "$pause"; done
  : >"$1"
) </dev/null >/dev/null 2>&1 &
echo "locked $!"`);

/** Arguments: file, process id of the holder. Returns when the lock is free. */
export const releaseProgram = script(`
kill "$2" && flock -w 5 "$1" true`);

/** Arguments: process id of the holder. */
export const checkProgram = script(`
kill -0 "$1"`);

/** The lock's file on the host. */
export function lockPath(cluster: string, directory: string = managedDirectories.run): string {
  return `${directory}/${cluster}.lock`;
}

/**
 * Takes the cluster's lock.
 * @param directory where lock files are, for tests
 * @throws BootstrapError `lock.held` with who holds it, `preflight.failed` when the host has no flock.
 */
export async function acquireLock(
  host: Host,
  { cluster, owner, command }: LockOwner,
  directory?: string,
): Promise<HeldLock> {
  const file = lockPath(cluster, directory);
  const result = await host.run({
    command: cmd`set -- ${file} ${oneLine(owner)} ${oneLine(command)}\n${acquireProgram}`,
    timeoutMs: 30_000,
  });
  const [answer = '', ...rest] = result.stdout.split('\n');
  const holder = /^locked (\d+)$/.exec(answer)?.[1];
  if (holder !== undefined) {
    return { isHeld: () => isHeld(host, holder), release: () => release(host, file, holder) };
  }
  const where = { host: host.name };
  if (answer === 'held') throw lockHeld(cluster, rest, host.name);
  if (answer === 'no-flock') {
    const hint = 'Install the package that brings it: util-linux.';
    throw new BootstrapError('preflight.failed', 'the lock needs flock, which the host has not', {
      where,
      hint,
    });
  }
  throw new BootstrapError('command.failed', `cannot lock ${file}`, {
    where,
    detail: result.stderr.trim(),
    data: { exitCode: result.exitCode, path: file },
  });
}

async function isHeld(host: Host, holder: string): Promise<boolean> {
  const { exitCode } = await host.run({
    command: cmd`set -- ${holder}\n${checkProgram}`,
    timeoutMs: 30_000,
  });
  return exitCode === 0;
}

async function release(host: Host, file: string, holder: string): Promise<void> {
  await host
    .run({ command: cmd`set -- ${file} ${holder}\n${releaseProgram}`, timeoutMs: 10_000 })
    .catch(() => undefined);
}

/**
 * @param lines now, since (both seconds of the host's clock), owner and command, which may be missing; then, where the
 *   owner is gone, its process group and the names of what still runs in it
 */
function lockHeld(cluster: string, lines: readonly string[], host: string): BootstrapError {
  const [now, since, owner, command, end = ''] = lines;
  const age = Number(now) - Number(since);
  const isKnown = owner !== undefined && owner !== '';
  const who = isKnown ? `"${command ?? ''}" of ${owner}` : 'another run';
  const ageSeconds = since === undefined || since === '' || Number.isNaN(age) ? undefined : Math.max(0, age);
  const forHowLong = ageSeconds === undefined ? '' : `, for ${duration(ageSeconds)}`;
  const data = { ageSeconds, ...(isKnown && { owner, command }) };
  const left = leftBy(end);
  if (left === undefined) {
    return new BootstrapError('lock.held', `the cluster ${cluster} is locked by ${who}${forHowLong}`, {
      where: { host },
      hint: 'That run is connected still: wait for its end. A run that was killed frees the lock by itself.',
      data,
    });
  }
  const message = `the cluster ${cluster} is locked by what ${who} left running${forHowLong}: ${left.names}. That run itself is gone`;
  return new BootstrapError('lock.held', message, {
    where: { host },
    hint: `The lock is free when that has ended. To end it now, run this on ${host} as root: kill -- -${left.group}`,
    data: { ...data, isOwnerGone: true },
  });
}

/** What runs on without its owner; undefined where the owner is there. */
function leftBy(line: string): { readonly group: string; readonly names: string } | undefined {
  const [, group, names = ''] = /^gone (\d+) (.*)$/.exec(line) ?? [];
  if (group === undefined) return undefined;
  const found = names.split(' ').filter((name) => name !== '');
  return { group, names: found.length === 0 ? 'a command' : [...new Set(found)].join(', ') };
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
