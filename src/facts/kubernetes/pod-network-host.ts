// What the host has of any pod network: CNI configurations, plugins, interfaces; and what was there before the cluster's.
import { cmd, script } from '../../core/command.ts';
import { kubernetesPaths, ownPaths } from '../../kube/paths.ts';
import { commonPluginDirectory, pluginDirectories, podNetworkPaths } from '../../kube/pod-network.ts';
import type { Fact } from '../fact.ts';

/** An interface without a device behind it. */
export interface VirtualInterface {
  readonly name: string;
  readonly kind: 'bridge' | 'vxlan' | 'other';
}

/** A route to a network behind another host. */
export interface GatewayRoute {
  readonly network: string;
  readonly gateway: string;
}

/** What was there before a pod network that is not ours. */
export interface NetworkNote {
  /** Names of files in /etc/cni/net.d. */
  readonly files: readonly string[];
  /** Names of programs in /opt/cni/bin. */
  readonly programs: readonly string[];
  readonly interfaces: readonly string[];
  /** The networks that routes led to. */
  readonly routes: readonly string[];
}

/** A file that configures a network. */
export interface NetworkConfiguration {
  readonly name: string;
  readonly text: string;
  /** Whether a package of the distribution has brought it; only looked for on hosts that have a note. */
  readonly isPackaged: boolean;
}

export interface PodNetworkHost extends Pick<NetworkNote, 'files' | 'programs'> {
  /** Whether the host is a node, or becomes one. */
  readonly isNode: boolean;
  /** Null as long as no pod network but ours was prepared here. */
  readonly before: NetworkNote | null;
  /** Content of those of the files that configure a network, in the order in which the runtime looks at them. */
  readonly configurations: readonly NetworkConfiguration[];
  /** Where the distribution keeps CNI's plugins, when that is not /opt/cni/bin. */
  readonly plugins: { readonly directory: string; readonly names: readonly string[] } | null;
  /** Those of the programs that are links into that directory. */
  readonly links: readonly string[];
  readonly interfaces: readonly VirtualInterface[];
  /** Of the main table, but for default routes. */
  readonly routes: readonly GatewayRoute[];
}

export const podNetworkHost: Fact<PodNetworkHost> = {
  name: 'pod-network.host',
  scope: 'host',
  probe:
    () => cmd`note=${ownPaths.podNetworkBefore} files=${podNetworkPaths.cniDirectory} programs=${commonPluginDirectory}
[ ! -e ${kubernetesPaths.kubeletKubeconfig} ] || echo node
set -- ${pluginDirectories}
${program}`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const all = (pattern: RegExp) => [...stdout.matchAll(pattern)].map(([, name = '']) => name);
    const plugins = [...stdout.matchAll(/^plugin (\S+)\/(\S+)$/gm)];
    return {
      isNode: /^node$/m.test(stdout),
      before: /^noted$/m.test(stdout)
        ? {
            files: all(/^before file (.+)$/gm),
            programs: all(/^before program (.+)$/gm),
            interfaces: all(/^before interface (.+)$/gm),
            routes: all(/^before route (.+)$/gm),
          }
        : null,
      files: all(/^file (.+)$/gm),
      configurations: readConfigurations(stdout),
      programs: all(/^program (.+)$/gm),
      plugins: pluginsOf(plugins.map(([, directory = '', name = '']) => ({ directory, name }))),
      links: all(/^link (.+)$/gm),
      interfaces: [...stdout.matchAll(/^interface (\w+) (\S+)$/gm)].map(([, kind = '', name = '']) => ({
        name,
        kind: kind === 'bridge' || kind === 'vxlan' ? kind : 'other',
      })),
      routes: [...stdout.matchAll(/^route (\S+\/\d+) via (?:inet6? )?(\S+) /gm)].map(
        ([, network = '', gateway = '']) => ({ network, gateway }),
      ),
    };
  },
};

// A file may have no line end at its end: the "echo" behind "sed" keeps the next line out of its last one.
const program = script(`
if [ -e "$note" ]; then
  echo noted
  sed 's/^/before /' "$note"; echo
fi
for file in "$files"/*; do
  [ -f "$file" ] || continue
  name=\${file##*/}
  echo "file $name"
  case $name in *.conf|*.conflist|*.json)
    echo "configuration $name"
    if [ -e "$note" ] && { dpkg-query -S "$file" || rpm -qf "$file"; } >/dev/null 2>&1; then echo packaged; fi
    sed 's/^/| /' "$file"; echo
  esac
done
for directory in "$@"; do
  [ -x "$directory/bridge" ] || continue
  for file in "$directory"/*; do [ ! -x "$file" ] || echo "plugin $file"; done
  break
done
for file in "$programs"/*; do
  [ -e "$file" ] || [ -L "$file" ] || continue
  name=\${file##*/}
  echo "program $name"
  target=$(readlink "$file") || continue
  for directory in "$@"; do [ "$target" != "$directory/$name" ] || echo "link $name"; done
done
vxlans=$(ip -oneline link show type vxlan 2>/dev/null | sed 's/^[0-9]*: //; s/[:@].*//')
for path in /sys/class/net/*; do
  [ -d "$path" ] && [ ! -e "$path/device" ] || continue
  name=\${path##*/}
  kind=other
  [ ! -d "$path/bridge" ] || kind=bridge
  case " $(echo $vxlans) " in *" $name "*) kind=vxlan;; esac
  echo "interface $kind $name"
done
for family in -4 -6; do ip "$family" route show 2>/dev/null | sed 's/^/route /'; done
echo checked
`);

/** The runtime takes the first by name. */
function readConfigurations(stdout: string): PodNetworkHost['configurations'] {
  const found: { name: string; text: string; isPackaged: boolean }[] = [];
  for (const line of stdout.split('\n')) {
    const [, name] = /^configuration (.+)$/.exec(line) ?? [];
    if (name !== undefined) found.push({ name, text: '', isPackaged: false });
    const last = found.at(-1);
    if (last !== undefined && line === 'packaged') last.isPackaged = true;
    if (last !== undefined && line.startsWith('| ')) last.text += `${line.slice(2)}\n`;
  }
  return found.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function pluginsOf(
  found: readonly { readonly directory: string; readonly name: string }[],
): PodNetworkHost['plugins'] {
  const [first] = found;
  return first === undefined ? null : { directory: first.directory, names: found.map(({ name }) => name) };
}
