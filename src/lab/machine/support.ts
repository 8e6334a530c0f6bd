// Decides whether a machine can carry a lab by what is known of it at once; machine-checks/ tries the rest.
import { minimumMemory } from '../node-memory.ts';
import { probeMachine, type MachineFacts, type Place } from './machine.ts';
import { unsupported, type Refusal } from './refusal.ts';

export interface LabNeeds {
  /** MiB of all nodes that are still to be started. */
  readonly memory: number;
  /** MiB for what is still to be built. */
  readonly cacheDisk: number;
  /** MiB for the disks of nodes that are still to be started. */
  readonly stateDisk: number;
  /** Whether nodes have IPv6 addresses. */
  readonly ipv6: boolean;
}

/** MiB that the machine keeps for itself. */
const spareMemory = 512;

/** The first thing that keeps the machine from carrying such a lab; undefined when there is none. */
export function unsupportedReason(machine: MachineFacts, needs: LabNeeds): Refusal | undefined {
  return (
    systemReason(machine) ??
    rightsReason(machine) ??
    familyReason(machine, needs) ??
    memoryReason(machine, needs) ??
    diskReason(machine, needs) ??
    pathReason(machine)
  );
}

/** @throws BootstrapError `lab.unsupported` when the machine cannot carry such a lab */
export async function assertSupported(
  needs: LabNeeds,
  probe: () => Promise<MachineFacts> = probeMachine,
): Promise<void> {
  const reason = unsupportedReason(await probe(), needs);
  if (reason !== undefined) throw unsupported(reason);
}

function systemReason({ platform, architecture, hasDebianPackages }: MachineFacts): Refusal | undefined {
  const hint = 'Use a machine, or a virtual machine, with Debian 12 on x86-64.';
  if (platform !== 'linux' || architecture !== 'x64') {
    return {
      message: `the lab needs Linux on x86-64, and this machine is ${platform} on ${architecture}`,
      hint,
    };
  }
  if (hasDebianPackages) return undefined;
  return { message: 'the lab is made of Debian packages, and this machine has no apt', hint };
}

function rightsReason({ root, rootIsPowerful, tun }: MachineFacts): Refusal | undefined {
  const inContainer = 'In a container, hand it in: `--device /dev/net/tun`.';
  if (root === 'none') {
    return {
      message: 'the lab needs root or sudo, to make network interfaces',
      hint: 'Run the command as root, or install sudo.',
    };
  }
  if (!rootIsPowerful) {
    return {
      message: 'root may not make network namespaces here, as in a container without privileges',
      hint: 'Start the container with `--privileged`, or use a virtual machine.',
    };
  }
  if (tun === 'missing') {
    return {
      message: 'the lab needs /dev/net/tun for the network of its nodes, and it is missing here',
      hint: `Try \`modprobe tun\` as root. ${inContainer}`,
    };
  }
  if (tun === 'usable') return undefined;
  return {
    message: 'the lab needs /dev/net/tun, which you may not open here',
    hint: `Run the command as root, or open the device: \`chmod 666 /dev/net/tun\`. ${inContainer}`,
  };
}

function familyReason({ hasIpv6 }: MachineFacts, { ipv6 }: LabNeeds): Refusal | undefined {
  if (!ipv6 || hasIpv6) return undefined;
  return {
    message: "nodes with IPv6 addresses need IPv6 on this machine, whose kernel doesn't have it",
    hint: 'Leave --ip-family out, or boot without ipv6.disable=1.',
  };
}

function memoryReason({ freeMemory, memoryGroup }: MachineFacts, needs: LabNeeds): Refusal | undefined {
  const wanted = needs.memory + spareMemory;
  if (needs.memory === 0 || Math.min(freeMemory, memoryGroup?.free ?? Infinity) >= wanted) return undefined;
  const less =
    `give the nodes less by --control-plane-memory (at least ${minimumMemory['control-plane']}) and ` +
    `--worker-memory (at least ${minimumMemory.worker}), or ask for fewer nodes.`;
  if (memoryGroup !== undefined && memoryGroup.free < freeMemory) {
    const { name, limit, free } = memoryGroup;
    return {
      message:
        `the nodes need ${wanted} MiB of memory, and the control group of this program has ${free} MiB left ` +
        `of its limit of ${limit} MiB`,
      detail: name,
      hint: `Raise the memory limit of the container or the service, ${less}`,
    };
  }
  return {
    message: `the nodes need ${wanted} MiB of memory, and ${freeMemory} MiB are free`,
    hint: `End other programs, ${less}`,
  };
}

function diskReason({ cache, state }: MachineFacts, needs: LabNeeds): Refusal | undefined {
  if (cache.device === state.device) return roomReason([cache, state], needs.cacheDisk + needs.stateDisk);
  return roomReason([cache], needs.cacheDisk) ?? roomReason([state], needs.stateDisk);
}

/** For directories of one file system. */
function roomReason(places: readonly Place[], needed: number): Refusal | undefined {
  const free = Math.min(...places.map((place) => place.free));
  if (free >= needed) return undefined;
  const names = places.map(({ directory }) => directory).join(' and ');
  return {
    message: `the lab needs ${needed} MiB of disk space for ${names}, and ${free} MiB are free there`,
    hint:
      'Make room there, or choose directories on a larger disk: XDG_CACHE_HOME for what is built, ' +
      'XDG_STATE_HOME for the disks of nodes.',
  };
}

/** The kernel splits its command line at these characters. */
function pathReason({ cache, state }: MachineFacts): Refusal | undefined {
  const bad = [cache, state].find(({ directory }) => /[\s,:"'\\]/.test(directory));
  if (bad === undefined) return undefined;
  return {
    message: `the lab cannot keep its disks in ${bad.directory}: the name has special characters`,
    hint: 'Choose other directories by XDG_CACHE_HOME and XDG_STATE_HOME.',
  };
}
