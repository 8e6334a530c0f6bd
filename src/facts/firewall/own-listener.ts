// The short-lived listener of this program, by which other hosts find out whether they reach the ports that are to come.
import { cmd, script } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

/** Where the listener notes its process and its ports. */
export const listenerDirectory = `${managedDirectories.run}/listener`;

/** Programs that can listen, the best first: perl is essential in Debian, Red Hat's dnf needs Python, systemd is everywhere. */
export const listenerPrograms = [
  'perl',
  'python3',
  '/usr/libexec/platform-python',
  'systemd-socket-activate',
];

/** What would have perl load modules of the login's. */
export const plainPerl = 'unset PERL5OPT PERL5LIB PERLLIB PERL5DB';

/** A listener ends by itself after so long. */
export const listenerSeconds = 90;

export interface OwnListener {
  readonly isNode: boolean;
  /** The program that would do it; null where there is none. */
  readonly program: string | null;
  /** One that runs was started in the last half minute: it lives long enough to be dialled. */
  readonly isRecent: boolean;
  /** What one noted is still there. */
  readonly isNoted: boolean;
  /** Processes of it that run. */
  readonly processes: readonly number[];
  /** The ports that it holds. */
  readonly ports: readonly number[];
}

export const ownListener: Fact<OwnListener> = {
  name: 'listener.own',
  scope: 'host',
  probe: () => cmd`directory=${listenerDirectory} node=${kubernetesPaths.kubeletKubeconfig}
set -- ${listenerPrograms}
${program}`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const numbers = (pattern: RegExp) => [...stdout.matchAll(pattern)].map(([, number]) => Number(number));
    return {
      isNode: /^node$/m.test(stdout),
      program: /^program (.+)$/m.exec(stdout)?.[1] ?? null,
      isRecent: /^recent$/m.test(stdout),
      isNoted: /^noted$/m.test(stdout),
      processes: numbers(/^process (\d+)$/gm),
      ports: numbers(/^port (\d+)$/gm),
    };
  },
};

/** perl without Socket cannot listen. Process ids are used again: the name tells whether it is still the listener. */
const program = script(`
[ ! -e "$node" ] || echo node
cd / || exit
${plainPerl}
for name in "$@"; do
  command -v "$name" >/dev/null 2>&1 || continue
  [ "$name" != perl ] || perl -MSocket -e 1 2>/dev/null || continue
  echo "program $name"
  break
done
[ ! -e "$directory" ] || echo noted
if [ -e "$directory/pids" ]; then
  running=
  while read -r pid; do
    if grep -qs ipvs-bootstrap-listener "/proc/$pid/environ"; then echo "process $pid"; running=yes; fi
  done <"$directory/pids"
  if [ -n "$running" ]; then
    sed -n 's/^port /&/p' "$directory/ports"
    [ -z "$(find "$directory/started" -mmin -0.5 2>/dev/null)" ] || echo recent
  fi
fi
echo checked
`);
