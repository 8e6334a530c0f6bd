// Swap as it is: what is in use now, and what of it we have switched off.
import { cmd, script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';
import { deviceOf, heldBy } from './swap-device.ts';

export interface SwapDevice {
  /** A device or a file. */
  readonly device: string;
  readonly sizeKiB: number;
  readonly usedKiB: number;
  /** Negative where the kernel has chosen it. */
  readonly priority: number;
}

export interface SwapInUse {
  readonly devices: readonly SwapDevice[];
  /** What programs can still have of the memory, by the kernel's own estimate. */
  readonly availableKiB: number;
}

export const swapInUse: Fact<SwapInUse> = {
  name: 'swap.in-use',
  scope: 'host',
  // A volume has its number of the day there; its name stays.
  probe: () =>
    script(`
while read -r name kib _; do [ "$name" != MemAvailable: ] || echo "available $kib"; done </proc/meminfo
[ ! -r /proc/swaps ] || while read -r device _ size used priority; do
  case $device in
    /dev/dm-*) read -r name <"/sys/class/block/\${device#/dev/}/dm/name" && device=/dev/mapper/$name ;;
    /*) ;;
    *) continue ;;
  esac
  echo "on $size $used $priority $device"
done </proc/swaps
`),
  parse({ stdout }) {
    const available = /^available (\d+)$/m.exec(stdout)?.[1];
    if (available === undefined) throw new Error('the kernel does not say how much memory is available');
    const rows = [...stdout.matchAll(/^on (\d+) (\d+) (-?\d+) (\/.*)$/gm)];
    return {
      availableKiB: Number(available),
      devices: rows.map(([, size, used, priority, device = '']) => ({
        device: device.replace(/\\([0-7]{3})/g, (_, octal: string) =>
          String.fromCharCode(parseInt(octal, 8)),
        ),
        sizeKiB: Number(size),
        usedKiB: Number(used),
        priority: Number(priority),
      })),
    };
  },
};

/** What a record of ours says was there before (see `formatSwapRecord`), each with what is there now. */
export interface SavedSwap {
  readonly devices: readonly {
    readonly device: string;
    readonly priority: number;
    readonly now: Holding;
  }[];
  readonly links: readonly {
    readonly path: string;
    readonly target: string;
    readonly now: 'absent' | 'same' | 'other';
  }[];
  readonly masks: readonly { readonly unit: string; readonly isMasked: boolean }[];
  /** Whole lines of /etc/fstab, with what the device holds that each of them names. */
  readonly lines: readonly { readonly text: string; readonly now: Holding }[];
}

/** Swap as before, something else, or nothing: it is not there. */
export type Holding = 'same' | 'other' | 'absent';

export const savedSwap: Fact<SavedSwap, { readonly record: string }> = {
  name: 'swap.saved',
  scope: 'host',
  probe: ({ record }) => cmd`record=${record}
${deviceOf}
${heldBy}
${compareRecord}`,
  parse({ stdout }) {
    const rows = stdout.split('\n').map((line) => line.split('\t'));
    const of = (kind: string) => rows.filter(([, one]) => one === kind);
    return {
      devices: of('on').map(([now, , priority, device = '']) => ({
        device,
        priority: Number(priority),
        now: holding(now),
      })),
      links: of('link').map(([now, , path = '', target = '']) => ({ path, target, now: holding(now) })),
      masks: of('mask').map(([now, , unit = '']) => ({ unit, isMasked: now === 'same' })),
      lines: of('fstab').map(([now, , ...text]) => ({ text: text.join('\t'), now: holding(now) })),
    };
  },
};

function holding(now: string | undefined): Holding {
  return now === 'same' || now === 'other' ? now : 'absent';
}

const compareRecord = script(`
tab=$(printf '\\t')
[ ! -r "$record" ] || while IFS= read -r line; do
  now=absent rest=\${line#*"$tab"}
  case $line in
    "on$tab"*) now=$(held_by "\${rest#*"$tab"}") ;;
    "link$tab"*)
      path=\${rest%%"$tab"*}
      if [ "$(readlink "$path")" = "\${rest#*"$tab"}" ]; then now=same
      elif [ -e "$path" ] || [ -L "$path" ]; then now=other; fi ;;
    "mask$tab"*) [ "$(readlink "/etc/systemd/system/$rest")" != /dev/null ] || now=same ;;
    "fstab$tab"*) now=$(held_by "$(device_of "$(printf '%s\\n' "$rest" | awk '{ print $1 }')")") ;;
    *) continue ;;
  esac
  printf '%s\\t%s\\n' "$now" "$line"
done <"$record"
`);
