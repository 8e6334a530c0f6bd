// Decides whether a machine can carry a lab, before anything is built or installed.
import { BootstrapError } from '../core/errors.ts';
import { probeMachine, type MachineFacts } from './machine.ts';

export interface LabNeeds {
  /** MiB of all nodes that are still to be started. */
  readonly memory: number;
  /** MiB for what is still to be built, and for the disks of the nodes. */
  readonly disk: number;
}

/** MiB that the machine keeps for itself. */
const spareMemory = 512;

/** The first thing that keeps the machine from carrying such a lab, as a sentence; undefined when there is none. */
export function unsupportedReason(machine: MachineFacts, needs: LabNeeds): string | undefined {
  return systemReason(machine) ?? rightsReason(machine) ?? roomReason(machine, needs) ?? pathReason(machine);
}

/** Throws `lab.unsupported` when the machine cannot carry such a lab. */
export async function assertSupported(
  needs: LabNeeds,
  probe: () => Promise<MachineFacts> = probeMachine,
): Promise<void> {
  const reason = unsupportedReason(await probe(), needs);
  if (reason === undefined) return;
  throw new BootstrapError('lab.unsupported', reason, {
    hint:
      'To try the tool without a lab, write an inventory of hosts of your own with `ipvs-bootstrap init` ' +
      'and run `ipvs-bootstrap up` on it.',
  });
}

function systemReason({ platform, architecture, hasDebianPackages }: MachineFacts): string | undefined {
  if (platform !== 'linux' || architecture !== 'x64') {
    return `The lab needs Linux on x86-64, and this machine is ${platform} on ${architecture}`;
  }
  return hasDebianPackages ? undefined : 'The lab is made of Debian packages, and this machine has no apt';
}

function rightsReason({ root, rootIsPowerful, tun }: MachineFacts): string | undefined {
  if (root === 'none') return 'The lab needs root or sudo, to make network interfaces';
  if (!rootIsPowerful)
    return 'Root may not make network namespaces here, as in a container without privileges';
  if (tun === 'missing')
    return 'The lab needs /dev/net/tun for the network of its nodes, and it is missing here';
  return tun === 'denied' ? 'The lab needs /dev/net/tun, which you may not open here' : undefined;
}

function roomReason({ freeMemory, freeDisk }: MachineFacts, needs: LabNeeds): string | undefined {
  if (needs.memory > 0 && freeMemory < needs.memory + spareMemory) {
    return `The nodes need ${needs.memory + spareMemory} MiB of memory, and ${freeMemory} MiB are free`;
  }
  if (freeDisk >= needs.disk) return undefined;
  return `The lab needs ${needs.disk} MiB of disk space, and ${freeDisk} MiB are free`;
}

/** The kernel splits its command line at these characters. */
function pathReason({ directories }: MachineFacts): string | undefined {
  const bad = directories.find((directory) => /[\s,:"'\\]/.test(directory));
  return bad === undefined
    ? undefined
    : `The lab cannot keep its disks in ${bad}: the name has special characters`;
}
