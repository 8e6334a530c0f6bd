// The kernel modules that the host loads at every boot.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** Names with "_", sorted, from modules-load.d and /etc/modules. */
export const bootModules: Fact<readonly string[]> = {
  name: 'kernel.modules-at-boot',
  scope: 'host',
  // As systemd-modules-load: a file of the same name in /etc hides those in /run and /usr/lib.
  probe: () =>
    script(`
seen=' '
for file in /etc/modules-load.d/*.conf /run/modules-load.d/*.conf /usr/local/lib/modules-load.d/*.conf \\
  /usr/lib/modules-load.d/*.conf /lib/modules-load.d/*.conf /etc/modules; do
  name=\${file##*/}
  case $seen in *" $name "*) continue ;; esac
  if [ -e "$file" ]; then seen="$seen$name "; cat "$file"; echo; fi
done
`),
  parse({ stdout }) {
    const names = stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^[#;]/.test(line))
      .map((line) => (line.split(/\s/)[0] ?? '').replaceAll('-', '_'));
    return [...new Set(names)].sort();
  },
};
