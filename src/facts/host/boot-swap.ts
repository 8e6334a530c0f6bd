// What turns swap on at the next boot, whether it is on now or not.
import { script, cmd } from '../../core/command.ts';
import { defined } from '../../core/defined.ts';
import type { Fact } from '../fact.ts';
import { deviceOf } from './swap-device.ts';

export interface BootSwap {
  /** The file, with its line in /etc/fstab: `/etc/fstab:3`. */
  readonly place: string;
  /** The device, or the unit. */
  readonly what: string;
  /** Where the file leads, if it is a link, as those are by which a unit is enabled. */
  readonly target?: string;
  /** What it switches on, as far as that is known, with the name that it has in `swap.in-use`. */
  readonly device?: string;
}

export const bootSwap: Fact<readonly BootSwap[]> = {
  name: 'host.boot-swap',
  scope: 'host',
  probe: () => cmd`${deviceOf}
${collect}`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const byPlace = (kind: string) =>
      new Map(
        [...stdout.matchAll(new RegExp(`^${kind} (\\S+) (.+)$`, 'gm'))].map(([, place = '', text = '']) => [
          place,
          text,
        ]),
      );
    const [links, devices] = [byPlace('link'), byPlace('device')];
    return [...stdout.matchAll(/^swap (\S+) (.+)$/gm)].map(([, place = '', what = '']) => ({
      place,
      what,
      ...defined({ target: links.get(place), device: devices.get(place) }),
    }));
  },
};

/**
 * With swap.target masked nothing of fstab, units and partition tables comes. Generators write units for what they find:
 * zram's, and the one for swap partitions by their type, which stands in no file at all. Services have ways of their own.
 */
const collect = script(`
found() {
  echo "swap $1 $2"
  [ ! -L "$1" ] || echo "link $1 $(readlink "$1")"
  case $2 in *.swap) what=$(sed -n 's/^What=//p' "$1"); [ -z "$what" ] || echo "device $1 $(device_of "$what")" ;; esac
}
is_masked() { [ "$(readlink "/etc/systemd/system/$1" 2>/dev/null)" = /dev/null ]; }
if ! is_masked swap.target; then
  [ ! -r /etc/fstab ] || awk '$1 !~ /^#/ && $3 == "swap" && $4 !~ /(^|,)noauto(,|$)/ { print NR, $1 }' /etc/fstab |
    while read -r line what; do
      printf '%s\\n' "swap /etc/fstab:$line $what" "device /etc/fstab:$line $(device_of "$what")"
    done
  for file in /etc/systemd/system/*.wants/*.swap /run/systemd/generator.late/*.swap /run/systemd/generator/dev-zram*.swap; do
    unit=\${file##*/}
    [ ! -f "$file" ] || is_masked "$unit" || found "$file" "$unit"
  done
fi
for service in zramswap zram-config zram-swap dphys-swapfile; do
  for file in /etc/systemd/system/*.wants/$service.service; do
    [ ! -e "$file" ] || found "$file" "$service.service"
  done
done
echo checked
`);
