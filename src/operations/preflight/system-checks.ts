// Preflight checks of the machine itself.
import type { Role } from '../../core/role.ts';
import { compareVersions } from '../../platform/distributions.ts';
import type { SwapArg } from '../args/cluster.ts';
import type { BootSwap } from '../../facts/host/boot-swap.ts';
import type { HostSystem } from '../../facts/host/host-system.ts';
import { problem, warning, type Finding } from './finding.ts';

export function checkSystem(
  system: HostSystem,
  { architecture }: { readonly architecture: string | null },
): readonly Finding[] {
  return [
    system.userId === 0
      ? undefined
      : problem('rights', 'commands do not run as root', 'Log in as root, or set ssh.become for sudo.'),
    system.init === 'systemd'
      ? undefined
      : problem(
          'systemd',
          `process 1 is ${system.init}, not systemd`,
          'Containers and distributions without systemd cannot be nodes.',
        ),
    architecture === null || system.architecture === architecture
      ? undefined
      : problem(
          'architecture',
          `the host is ${system.architecture}, the programs to be sent are for ${architecture}`,
          'Use a bundle for this architecture; with programs that are fetched, name it in the inventory: cluster.kubernetes.source.binaries.architecture.',
        ),
    ...checkCgroups(system),
  ].filter((finding) => finding !== undefined);
}

/** The kubelet starts no pod without these; what else it wants differs from version to version. */
function checkCgroups({ cgroupVersion, controllers }: HostSystem): readonly Finding[] {
  const needed = cgroupVersion === 1 ? ['cpu', 'cpuacct', 'memory', 'pids'] : ['cpu', 'memory', 'pids'];
  const missing = needed.filter((name) => !controllers.includes(name));
  if (missing.length === 0) return [];
  const hint = missing.includes('memory')
    ? 'Boot with "cgroup_enable=memory" on the kernel command line.'
    : 'Use a kernel that has them.';
  return [problem('cgroups', `cgroup controllers are missing: ${missing.join(', ')}`, hint)];
}

/** kubeadm's own minima for a control plane; a node that is smaller starves sooner or later. */
const minimumMemoryMiB: Readonly<Record<Role, number>> = { 'control-plane': 1700, worker: 700 };
const minimumDiskMiB = 2048;

export function checkResources(system: HostSystem, roles: readonly Role[]): readonly Finding[] {
  const isControlPlane = roles.includes('control-plane');
  const memory = minimumMemoryMiB[isControlPlane ? 'control-plane' : 'worker'];
  const { memoryMiB, diskFreeMiB, cpus } = system;
  return [
    memoryMiB < memory
      ? problem('memory', `${memoryMiB} MiB of memory, at least ${memory} are needed`, 'Give it more memory.')
      : undefined,
    cpus < 2 && isControlPlane
      ? warning('cpus', 'a control plane with 1 CPU is slow', 'kubeadm asks for 2.')
      : undefined,
    diskFreeMiB < minimumDiskMiB && !system.isNode
      ? problem(
          'disk',
          `${diskFreeMiB} MiB free under /var/lib, at least ${minimumDiskMiB} are needed`,
          'Make room or enlarge the disk: images and programs go there.',
        )
      : undefined,
  ].filter((finding) => finding !== undefined);
}

export interface FoundSwap {
  readonly system: Pick<HostSystem, 'swap' | 'cgroupVersion' | 'kernel' | 'isNode'>;
  readonly atBoot: readonly BootSwap[];
  /** Of a node: whether its kubelet is told to start all the same. */
  readonly kubeletTakesIt: boolean;
}

export function checkSwap({ policy, behavior }: SwapArg, found: FoundSwap): readonly Finding[] {
  if (policy === 'refuse') return [...checkSwapNow(found.system.swap), ...checkBootSwap(found.atBoot)];
  return policy === 'keep' ? checkKeptSwap(behavior, found) : [];
}

function checkSwapNow(swap: readonly string[]): readonly Finding[] {
  if (swap.length === 0) return [];
  const hint =
    'The kubelet does not start with it. With "swap: off" below cluster in the inventory up switches it off for good, with "swap: keep" kubelets live with it.';
  return [problem('swap', `swap is on: ${swap.join(', ')}`, hint)];
}

/** From here on secrets in memory are never written to swap. – pkg/kubelet/util/swap, noswap of tmpfs */
const noSwapKernel = '6.3';

function checkKeptSwap(
  behavior: SwapArg['behavior'],
  { system, atBoot, kubeletTakesIt }: FoundSwap,
): readonly Finding[] {
  const hasSwap = system.swap.length > 0 || atBoot.length > 0;
  return [
    system.cgroupVersion === 1
      ? problem(
          'swap',
          `${behavior} needs control groups of version 2, and the host has version 1: the kubelet could not bound what pods swap`,
          'Boot with "systemd.unified_cgroup_hierarchy=1" on the kernel command line, or set "swap: off" below cluster in the inventory.',
        )
      : undefined,
    system.isNode && !kubeletTakesIt
      ? problem(
          'swap',
          'the kubelet of this node was not told to live with swap: failSwapOn: false is missing in /var/lib/kubelet/config.yaml',
          'A cluster gets that when it is made. In a running one, add failSwapOn and memorySwap to the ConfigMap kubelet-config in kube-system, then run "kubeadm upgrade node phase kubelet-config" and restart the kubelet on each node.',
        )
      : undefined,
    hasSwap && compareVersions(system.kernel, noSwapKernel) < 0
      ? warning(
          'swap',
          `Linux ${system.kernel} may write Secrets and other volumes in memory to swap: it has no noswap, which came with ${noSwapKernel}`,
          'Let swap be encrypted, or use a newer kernel.',
        )
      : undefined,
  ].filter((finding) => finding !== undefined);
}

/** A node with it is lost at its first reboot. */
function checkBootSwap(found: readonly BootSwap[]): readonly Finding[] {
  return found.map(({ place, what }) =>
    warning(
      'boot-swap',
      `swap comes back at the next boot, by ${place} (${what})`,
      place.startsWith('/etc/fstab')
        ? 'The kubelet does not start with swap: take the line away, give it the option noauto, or set "swap: off" below cluster in the inventory.'
        : `The kubelet does not start with swap: "systemctl ${wayOut(place, what)}", or set "swap: off" below cluster in the inventory.`,
    ),
  );
}

/** The unit of a partition that is found by its type may have another name at the next boot. */
function wayOut(place: string, what: string): string {
  if (what.endsWith('.service')) return `disable ${what}`;
  return `mask ${place.startsWith('/run/systemd/generator.late/') ? 'swap.target' : what}`;
}
