// How probes find out which device a line of fstab or a unit means, and what that holds.
import { script } from '../../core/command.ts';

/** `device_of SPEC` prints it with the name that `swap.in-use` has for it; nothing where a UUID or label is not found. */
export const deviceOf = script(`
device_of() {
  case $1 in
    UUID=* | LABEL=* | PARTUUID=* | PARTLABEL=*) node=$(findfs "$1" 2>/dev/null) || return ;;
    *) node=$(printf '%b' "$1") ;;
  esac
  node=$(readlink -f "$node" || printf '%s\\n' "$node")
  case $node in /dev/dm-*) read -r name <"/sys/class/block/\${node#/dev/}/dm/name" && node=/dev/mapper/$name ;; esac
  printf '%s\\n' "$node"
}
`);

/**
 * `held_by DEVICE` prints `same` where that is swap, `other` where it is something else, `absent` where it is not there. One
 * in memory is made anew after each boot: what is not set up yet counts as not there.
 */
export const heldBy = script(`
held_by() {
  if [ -z "$1" ] || [ ! -e "$1" ]; then echo absent
  elif ! command -v blkid >/dev/null || [ "$(blkid -p -s TYPE -o value "$1" 2>/dev/null)" = swap ]; then echo same
  else case $1 in /dev/zram*) echo absent ;; *) echo other ;; esac; fi
}
`);
