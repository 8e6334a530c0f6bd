// Names of what a lab puts on the machine: namespaces and interfaces, each recognisable as that lab's.
import { BootstrapError } from '../../core/errors.ts';

export interface LabNames {
  /** Network namespace with the bridge and the nodes. */
  readonly namespace: string;
  /** Network namespace of the client outside the cluster. */
  readonly clientNamespace: string;
  /** The machine's own interface in the lab's network. */
  readonly machineInterface: string;
}

/** The bridge in the lab's namespace. */
export const bridge = 'lab0';

// Interface names have at most 15 characters.
const labName = /^[a-z][a-z0-9-]{0,9}[a-z0-9]$|^[a-z]$/;

/** @throws BootstrapError `usage` unless the name fits into the names of interfaces and namespaces */
export function checkLabName(lab: string): void {
  if (labName.test(lab)) return;
  throw new BootstrapError('usage', `"${lab}" cannot be the name of a lab`, {
    hint: 'Up to 11 lower-case letters, digits and "-", beginning with a letter.',
  });
}

export function labNames(lab: string): LabNames {
  return {
    namespace: `ipvs-lab-${lab}`,
    clientNamespace: `ipvs-lab-${lab}-client`,
    machineInterface: `lab-${lab}`,
  };
}

/** The node's end of the bridge: a tap device in the lab's namespace. */
export function tapName(node: string): string {
  return `tap-${node}`;
}
