// What a host says about its kubelet, its container runtime and the cluster's own containers, when something is wrong.
import { cmd, script, type Command } from '../../core/command.ts';
import type { Fact } from '../fact.ts';
import { readSections, sectionFunctions, type Section } from './sections.ts';
import { seen, type Sighting, type Source } from './sighting.ts';

export interface HostQuestion {
  /** How far back logs are read. */
  readonly sinceSeconds: number;
  /** The socket of the container runtime where the host has not been told yet; containerd's without it. */
  readonly criSocket?: string | undefined;
}

/** Each part ends by itself within seconds, so that the whole does. */
export const hostLook: Fact<readonly Sighting[], HostQuestion> = {
  name: 'host.look',
  scope: 'host',
  timeoutMs: 5 * 60_000,
  probe: ({ sinceSeconds, criSocket = '/run/containerd/containerd.sock' }): Command => cmd`${sectionFunctions}
since=${`-${Math.ceil(sinceSeconds)}s`}
socket=${criSocket}
${program}`,
  parse: ({ stdout }) =>
    readSections(stdout).flatMap((section) => {
      const [source, of] = meaningOf(section);
      return seen({ source, of, lines: section.lines.flatMap(withoutHead) });
    }),
};

/**
 * Information is left out of logs (klog's I, containerd's and etcd's level=info), as it would crowd the rest out. With a pod
 * that is started again and again, its newest log may be empty yet, so the two newest are read. Of container runtimes only
 * the kubelet's counts: another one may stand still beside it.
 */
const program = script(`
unit() {
  section "unit $1"
  limit 5 systemctl show "$1" --property=LoadState,ActiveState,SubState,Result,ExecMainStatus,NRestarts 2>&1 | body 10
}
journal() { limit 10 journalctl -q --no-pager -o cat -u "$1" --since="$since" -n 400 2>&1; }
unit kubelet
section 'log kubelet'
journal kubelet | grep -v '^I[0-9][0-9][0-9][0-9] ' | body 120
told=$({ systemctl cat kubelet.service; cat /var/lib/kubelet/kubeadm-flags.env /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/config.yaml; } 2>/dev/null |
  sed -n 's/^[^#]*container-\\{0,1\\}[Rr]untime-\\{0,1\\}[Ee]ndpoint["=: ]*\\([^"=: ][^" ]*\\).*/\\1/p' | tail -n 1)
case \${told:-$socket} in
  *containerd*) runtimes=containerd ;;
  *crio*) runtimes=crio ;;
  *docker*) runtimes='cri-docker docker' ;;
  *) runtimes= ;;
esac
for runtime in $runtimes; do
  systemctl cat "$runtime.service" >/dev/null 2>&1 || continue
  unit "$runtime"
  section "log $runtime"
  journal "$runtime" | grep -v 'level=info' | body 60
done
if [ "$runtimes" = containerd ] && command -v ctr >/dev/null && [ -S /run/containerd/containerd.sock ]; then
  section 'plugins'
  limit 5 ctr --address /run/containerd/containerd.sock plugins ls 2>&1 | grep -E 'cri|^ctr' | grep -v ' ok *$' | body 10
fi
if [ -d /var/log/pods ]; then
  seen=
  for log in $(ls -t /var/log/pods/kube-system_*/*/*.log 2>/dev/null | head -n 60); do
    container=\${log%/*}
    case $seen in *" $container+ $container "*) continue ;; *" $container "*) seen="$seen $container+ $container " ;;
      *) seen="$seen $container " ;; esac
    section "container $log"
    tail -n 60 "$log" | grep -v -e ' [FP] I[0-9][0-9][0-9][0-9] ' -e '"level":"info"' | body 15
  done
fi
section 'disks'
limit 5 df -P /var/lib/kubelet /var/lib/containerd /var/lib/etcd /var/log /run 2>/dev/null | tail -n +2 | body 10
`);

/** A log's name, as the kubelet makes it: NAMESPACE_POD_UID/CONTAINER/RESTARTS.log. */
const podLog = /^container \/var\/log\/pods\/([^_/]+)_([^_/]+)_[^/]*\/([^/]+)\//;

function meaningOf({ name }: Section): readonly [source: Source, of: string] {
  const [, namespace = '', pod = '', container = ''] = podLog.exec(name) ?? [];
  if (pod !== '') return ['container', `${container} of pod ${namespace}/${pod}`];
  const [kind, unit = ''] = name.split(' ');
  if (kind === 'plugins') return ['cri', 'containerd'];
  if (kind === 'disks') return ['disk', 'disks'];
  if (unit === 'kubelet') return [kind === 'unit' ? 'kubelet-unit' : 'kubelet', unit];
  return [kind === 'unit' ? 'runtime-unit' : 'runtime', unit];
}

/** Without what a container runtime puts before each line: the time, the stream, whether it is whole. */
function withoutHead(line: string): readonly string[] {
  return [line.replace(/^\d{4}-\d\d-\d\dT\S+ std(?:out|err) [FP] /, '')];
}
