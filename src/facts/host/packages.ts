// Which packages are installed, and who else is busy installing.
import { cmd, script, sequence } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface InstalledPackages {
  readonly manager: 'dpkg' | 'rpm' | 'none';
  /** Versions of those that are installed and set up. */
  readonly versions: Readonly<Record<string, string>>;
  /** Packages that an interrupted dpkg left half-way. */
  readonly unfinished: readonly string[];
  /** Process that holds dpkg's lock, such as "unattended-upgr (pid 812)". */
  readonly busy: string | null;
}

export const installedPackages: Fact<InstalledPackages, { readonly names: readonly string[] }> = {
  name: 'packages.installed',
  scope: 'host',
  probe: ({ names }) => sequence([cmd`set -- ${names}`, listPackages]),
  parse({ stdout }) {
    const lines = stdout.split('\n').map((line) => line.split(' '));
    const manager = lines[0]?.[0];
    if (manager !== 'dpkg' && manager !== 'rpm' && manager !== 'none') {
      throw new Error(`unexpected answer: ${stdout.slice(0, 80)}`);
    }
    const found = lines.slice(1).filter(([kind]) => kind === 'package');
    const holder = lines.find(([kind]) => kind === 'busy');
    return {
      manager,
      versions: Object.fromEntries(
        found
          .filter(([, state]) => state === 'installed')
          .map(([, , name = '', version = '']) => [name, version]),
      ),
      unfinished: found.filter(([, state = '']) => isUnfinished(state)).map(([, , name = '']) => name),
      busy: holder === undefined ? null : `${holder.slice(2).join(' ')} (pid ${holder[1] ?? '?'})`,
    };
  },
};

/**
 * One process answers for all packages. Only when something is missing does it matter who holds the lock: /proc/locks
 * names the process by the lock file's inode.
 */
const listPackages = script(`
if command -v dpkg-query >/dev/null; then
  echo dpkg
  if ! dpkg-query -W -f 'package \${db:Status-Status} \${Package} \${Version}\\n' "$@" 2>/dev/null &&
     inode=$(stat -c %i /var/lib/dpkg/lock-frontend 2>/dev/null); then
    while read -r _ _ _ _ pid file _; do
      case $file in *:"$inode") echo "busy $pid $(cat "/proc/$pid/comm")" ;; esac
    done < /proc/locks
  fi
elif command -v rpm >/dev/null; then
  echo rpm
  rpm -q --qf 'package installed %{NAME} %{VERSION}-%{RELEASE}\\n' "$@" 2>/dev/null || :
else echo none
fi
`);

function isUnfinished(state: string): boolean {
  return state.startsWith('half-') || state === 'unpacked' || state.startsWith('triggers-');
}
