// Preflight checks of the machine itself.
import type { Role } from '../../core/role.ts';
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
  const { memoryMiB, diskFreeMiB, cpus, swap } = system;
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
    swap.length > 0
      ? problem(
          'swap',
          `swap is on: ${swap.join(', ')}`,
          'Run "swapoff -a" and take swap out of /etc/fstab (zram: disable its service): the kubelet does not start with it.',
        )
      : undefined,
  ].filter((finding) => finding !== undefined);
}

/** A node with it is lost at its first reboot. */
export function checkBootSwap(found: readonly BootSwap[]): readonly Finding[] {
  return found.map(({ place, what }) =>
    warning(
      'boot-swap',
      `swap comes back at the next boot, by ${place} (${what})`,
      place.startsWith('/etc/fstab')
        ? 'The kubelet does not start with swap: take the line away, or give it the option noauto.'
        : `The kubelet does not start with swap: "systemctl ${what.endsWith('.service') ? 'disable' : 'mask'} ${what}".`,
    ),
  );
}
