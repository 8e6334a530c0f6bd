// What an earlier installation has left on a host: etcd's data, mounts, settings of the kubelet, and units whose program
// is gone.
import { cmd, script } from '../../core/command.ts';
import { kubernetesPaths, ownPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

/** A line of a file that says something: no comment. */
export interface FileLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface LeftOvers {
  /** A cluster is on the host, or the beginning of one: what is there belongs to it. */
  readonly isInUse: boolean;
  /** Some entries of /var/lib/etcd. */
  readonly etcdData: readonly string[];
  /** What is mounted below the kubelet's directory. */
  readonly mounts: readonly { readonly device: string; readonly place: string }[];
  /** Drop-ins of the kubelet's unit that are not kubeadm's or ours, and the files of flags that it reads. */
  readonly kubeletSettings: readonly FileLine[];
  /** The line of containerd's unit and its drop-ins that holds, where it starts a program which is not there. */
  readonly deadStarts: readonly FileLine[];
}

const signs = [
  kubernetesPaths.kubeletKubeconfig,
  kubernetesPaths.bootstrapKubeconfig,
  kubernetesPaths.apiServerManifest,
  kubernetesPaths.etcdManifest,
  ownPaths.kubeadmConfiguration,
  ownPaths.etcdToClear,
] as const;

/** A package's own directory comes last: systemd lets the others override it, and so may leave it out. */
const kubeletFiles = script(
  '/etc/systemd/system/kubelet.service.d/*.conf /run/systemd/system/kubelet.service.d/*.conf /usr/local/lib/systemd/system/kubelet.service.d/*.conf /usr/lib/systemd/system/kubelet.service.d/*.conf /etc/default/kubelet /etc/sysconfig/kubelet',
);

/** As they override one another, the last one most. */
const containerdFiles = script(
  '/usr/local/lib/systemd/system/containerd.service /etc/systemd/system/containerd.service /etc/systemd/system/containerd.service.d/*.conf',
);

export const leftOvers: Fact<LeftOvers> = {
  name: 'host.left-overs',
  scope: 'host',
  probe: () => cmd`for path in ${signs}; do [ ! -e "$path" ] || echo "in use"; done
ls -A ${`${kubernetesPaths.etcdData}/`} 2>/dev/null | sed -n '/^lost+found$/d;1,4s/^/etcd /p'
while read -r device place _; do
  case $place in ${kubernetesPaths.kubeletData}/*) echo "mount $device $place" ;; esac
done </proc/mounts
${linesOf}
for file in ${kubeletFiles}; do
  case $file in */10-kubeadm.conf | */05-ipvs-bootstrap.conf) ;; *) lines_of kubelet "$file" . ;; esac
done
for file in ${containerdFiles}; do lines_of start "$file" '^ExecStart='; done | tail -n 1 | while IFS= read -r line; do
  program=$(printf '%s\\n' "\${line#*ExecStart=}" | sed 's/^[-@:+!]*//;s/[[:space:]].*//')
  case $program in /*) [ -x "$program" ] || printf '%s\\n' "$line" ;; esac
done
echo checked`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    return {
      isInUse: /^in use$/m.test(stdout),
      etcdData: [...stdout.matchAll(/^etcd (.+)$/gm)].map(([, name = '']) => name),
      mounts: [...stdout.matchAll(/^mount (\S+) (\S+)$/gm)].map(([, device = '', place = '']) => ({
        device,
        place: place.replaceAll('\\040', ' '),
      })),
      kubeletSettings: readLines(stdout, 'kubelet'),
      deadStarts: readLines(stdout, 'start'),
    };
  },
};

/** `lines_of KIND FILE PATTERN`: lines that say something, each with its number, lines that go on as one. */
const linesOf = script(`
lines_of() {
  [ ! -f "$2" ] || awk -v kind="$1" -v file="$2" -v pattern="$3" '
    text == "" { first = NR }
    { sub(/\\r$/, "") }
    /\\\\$/ { text = text substr($0, 1, length($0) - 1) " "; next }
    { text = text $0 }
    text !~ /^[ \\t]*([#;]|$)/ && text ~ pattern { print kind "\\t" file "\\t" first "\\t" text }
    { text = "" }' "$2"
}
`);

function readLines(stdout: string, kind: string): readonly FileLine[] {
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  return rows
    .filter(([first]) => first === kind)
    .map(([, path = '', line = '0', ...text]) => ({
      path,
      line: Number(line),
      text: text.join('\t').trim(),
    }));
}
