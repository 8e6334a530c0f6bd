// Kernel modules: loaded, built in, loadable or absent, found by trying and never by the kernel's version.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { kernelOption } from '../../platform/kernel-modules.ts';
import type { Fact } from '../fact.ts';

/** `denied`: the host's modprobe configuration keeps it from being loaded. */
export type ModuleState = 'loaded' | 'builtin' | 'loadable' | 'denied' | 'absent';

export interface KernelModules {
  /** The running kernel, as `uname -r` says. */
  readonly release: string;
  /** Whether the running kernel's modules are on disk; they are not between a kernel update and the reboot. */
  readonly hasModuleTree: boolean;
  readonly hasModprobe: boolean;
  /** State by module, with "_" in the names. */
  readonly states: Readonly<Record<string, ModuleState>>;
}

export const kernelModules: Fact<KernelModules, { readonly names: readonly string[] }> = {
  name: 'kernel.modules',
  scope: 'host',
  probe({ names }) {
    const checks = names.map((name) => cmd`check_module ${canonical(name)} ${kernelOption(canonical(name))}`);
    return sequence([prepare, ...checks] satisfies Command[]);
  },
  parse({ stdout }) {
    const [first = '', ...rest] = stdout.trim().split('\n');
    const [, release, tree, modprobe] = /^kernel (\S+) (\S+) (\S+)$/.exec(first) ?? [];
    if (release === undefined) throw new Error(`unexpected answer: ${first}`);
    return {
      release,
      hasModuleTree: tree === 'tree',
      hasModprobe: modprobe === 'modprobe',
      states: Object.fromEntries(rest.map(readState)),
    };
  },
};

/** The kernel's own spelling: modprobe takes "-" and "_" for the same, /sys/module does not. */
export function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

/**
 * A loaded module has /sys/module/NAME/initstate, so nothing is started for it. `modprobe -b -D` only shows what it
 * would do; -b obeys the denylists that systemd-modules-load obeys at boot. A kernel without a module tree can still
 * have everything built in: then its configuration tells.
 */
const prepare = script(`
release=$(uname -r)
tree=none
if [ -e "/lib/modules/$release/modules.dep" ]; then tree=tree; fi
modprobe=none
if command -v modprobe >/dev/null; then modprobe=modprobe; fi
newline='
'
check_module() {
  if [ -e "/sys/module/$1/initstate" ]; then echo "$1 loaded"; return; fi
  if how=$(modprobe -b -q -D "$1" 2>/dev/null); then
    how=\${how##*"$newline"}
    target=\${how##*/}
    target=\${target%%.ko*}
    case $target in *-*) target=$(echo "$target" | tr - _) ;; esac
    case $how in
      '') echo "$1 denied" ;;
      'builtin '*) echo "$1 builtin" ;;
      'install '*) echo "$1 $how" ;;
      *) if [ -e "/sys/module/$target/initstate" ]; then echo "$1 loaded"; else echo "$1 loadable"; fi ;;
    esac
  elif [ "$tree $modprobe" = 'tree modprobe' ]; then echo "$1 absent"
  elif grep -qs "/$1[.]ko" "/lib/modules/$release/modules.builtin"; then echo "$1 builtin"
  elif { zcat /proc/config.gz || cat "/boot/config-$release"; } 2>/dev/null | grep -q "^$2=y"; then echo "$1 builtin"
  else echo "$1 absent"
  fi
}
echo "kernel $release $tree $modprobe"
`);

function readState(line: string): [string, ModuleState] {
  const [name = '', state = '', program] = line.trim().split(' ');
  if (state === 'install') return [name, /\/(true|false)$/.test(program ?? '') ? 'denied' : 'loadable'];
  if (!isState(state)) throw new Error(`unexpected answer: ${line}`);
  return [name, state];
}

function isState(word: string): word is ModuleState {
  return ['loaded', 'builtin', 'loadable', 'denied', 'absent'].includes(word);
}
