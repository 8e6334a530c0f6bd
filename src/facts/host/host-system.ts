// What a machine is: its processor, memory, kernel services and clock, in one probe.
import { script } from '../../core/command.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Fact } from '../fact.ts';

export interface HostSystem {
  /** Effective user id of the commands we run. */
  readonly userId: number;
  /** As Go calls it (amd64, arm64), or what `uname -m` says. */
  readonly architecture: string;
  /** Name of process 1. */
  readonly init: string;
  readonly hostname: string;
  /** The running kernel, as `uname -r` says. */
  readonly kernel: string;
  /** Empty when there is none. */
  readonly machineId: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Free space where images and programs go. */
  readonly diskFreeMiB: number;
  /** Devices and files in use as swap. */
  readonly swap: readonly string[];
  readonly cgroupVersion: 1 | 2;
  /** Enabled cgroup controllers. */
  readonly controllers: readonly string[];
  readonly selinux: 'enforcing' | 'permissive' | 'off';
  /** Whether firewalld runs. */
  readonly firewalld: boolean;
  readonly hasDefaultRoute: boolean;
  /** Time of day in seconds since 1970. */
  readonly epoch: number;
  /** Whether the host is part of a cluster already. */
  readonly isNode: boolean;
}

export const hostSystem: Fact<HostSystem> = {
  name: 'host.system',
  scope: 'host',
  probe: () => collect,
  parse({ stdout }) {
    const lines = stdout.split('\n');
    const values = new Map(lines.map((line) => splitOnce(line, ' ')));
    const files = readFiles(lines);
    const firstLine = (path: string): string => files.get(path)?.[0] ?? '';
    const machine = values.get('machine') ?? '';
    return {
      userId: readNumber(values, 'user'),
      architecture: architectures[machine] ?? machine,
      init: firstLine('/proc/1/comm'),
      hostname: firstLine('/proc/sys/kernel/hostname'),
      kernel: firstLine('/proc/sys/kernel/osrelease'),
      machineId: firstLine('/etc/machine-id'),
      cpus: readNumber(values, 'cpus'),
      memoryMiB: Math.floor(readNumber(values, 'memory') / 1024),
      diskFreeMiB: Math.floor(readNumber(values, 'disk') / 1024),
      swap: (files.get('/proc/swaps') ?? []).slice(1).map((line) => splitOnce(line, ' ')[0].trim()),
      ...readCgroups(files),
      selinux: selinuxStates[firstLine('/sys/fs/selinux/enforce')] ?? 'off',
      firewalld: values.get('firewalld') === 'active',
      hasDefaultRoute: lines.some(isDefaultRoute),
      epoch: readNumber(values, 'time'),
      isNode: values.get('node') === 'yes',
    };
  },
};

/** One process reads all the small files; grep names the file in front of each line. */
const collect = script(`
echo "user $(id -u)"
echo "machine $(uname -m)"
echo "cpus $(nproc)"
echo "time $(date +%s)"
read -r _ kib _ < /proc/meminfo
echo "memory $kib"
df -Pk /var/lib | { read -r _; read -r _ _ _ kib _; echo "disk $kib"; }
if [ -e /etc/kubernetes/kubelet.conf ]; then echo node yes; fi
echo "firewalld $(systemctl is-active firewalld.service 2>/dev/null)"
grep -s '' /etc/machine-id /proc/1/comm /proc/sys/kernel/hostname /proc/sys/kernel/osrelease /proc/swaps /proc/cgroups /sys/fs/cgroup/cgroup.controllers /sys/fs/selinux/enforce
grep -shE '^([^[:space:]]+[[:space:]]00000000[[:space:]]|0{32} 00 )' /proc/net/route /proc/net/ipv6_route || :
`);

/** The kernel's own word; without SELinux there is no such file. */
const selinuxStates: Readonly<Record<string, HostSystem['selinux']>> = {
  '0': 'permissive',
  '1': 'enforcing',
};

const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

function readNumber(values: ReadonlyMap<string, string>, name: string): number {
  const value = Number.parseInt(values.get(name) ?? '', 10);
  if (Number.isNaN(value)) throw new Error(`no ${name} in the answer`);
  return value;
}

type Files = ReadonlyMap<string, readonly string[]>;

/** Lines by file, from `/path:line`. */
function readFiles(lines: readonly string[]): Files {
  const pairs = lines.filter((line) => line.startsWith('/')).map((line) => splitOnce(line, ':'));
  const files = groupBy(pairs, ([path]) => path);
  return new Map([...files].map(([path, group]) => [path, group.map(([, content]) => content)]));
}

/** The unified hierarchy has a list of controllers; before it, /proc/cgroups has a row for each, ending in 0 or 1. */
function readCgroups(files: Files): Pick<HostSystem, 'cgroupVersion' | 'controllers'> {
  const unified = files.get('/sys/fs/cgroup/cgroup.controllers');
  if (unified !== undefined) return { cgroupVersion: 2, controllers: unified[0]?.split(' ') ?? [] };
  const rows = (files.get('/proc/cgroups') ?? []).map((line) => line.split(/\s+/));
  const enabled = rows.filter(([, , , state]) => state === '1');
  return { cgroupVersion: 1, controllers: enabled.map(([name = '']) => name) };
}

/** RTF_REJECT: the kernel always has a default route for IPv6 that leads nowhere. */
const rejectFlag = 0x200;

function isDefaultRoute(line: string): boolean {
  const columns = line.trim().split(/\s+/);
  const flags = columns.length === 10 ? columns[8] : columns.length === 11 ? columns[3] : undefined;
  return flags !== undefined && /^[0-9a-f]+$/i.test(flags) && (parseInt(flags, 16) & rejectFlag) === 0;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
