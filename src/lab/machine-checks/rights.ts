// Tries what the lab does as root: a node's memory, network namespaces, bridge and tap device, all gone afterwards.
import { packagePath } from '../../core/package-root.ts';
import { neededMappings } from '../machine/mapping-limit.ts';
import { unsupported, type Refusal } from '../machine/refusal.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { parseAttempts, whyNot, type Attempts } from './attempts.ts';

/** The steps of templates/lab/checks/rights.sh, then those of node-kernel.c, in their order. */
const steps = {
  mount: 'mount a file system in memory',
  namespace: 'make a network namespace',
  veth: 'connect network namespaces',
  bridge: 'make a network bridge',
  tun: 'make a tap device',
  enter: 'run programs in a network namespace',
  settings: "change a network namespace's settings",
  limits: 'raise vm.max_map_count',
  memory: 'run programs from a file system in memory',
  tap: 'attach to a tap device',
} as const;

type Step = keyof typeof steps;

/** Steps that are taken with the rights of the user, not of root. */
const ofNodes: readonly Step[] = ['memory', 'tap'];

/** Left out where the limit is high enough already. */
const optional: readonly Step[] = ['limits'];

const privileges =
  'In a container: start it with `--privileged`, or use a virtual machine. Else look for what restricts root: AppArmor, ' +
  'SELinux, or a service with fewer capabilities.';

const hints: Partial<Record<Step, string>> = {
  veth: 'The kernel needs the module veth. ' + privileges,
  bridge: 'The kernel needs the module bridge. ' + privileges,
  tun: 'The kernel needs the module tun, and /dev/net/tun must be open to root. ' + privileges,
  settings: '/proc/sys must be writable for root. ' + privileges,
  limits: 'Let the administrator of the machine set it: `sysctl vm.max_map_count=1048576`. ' + privileges,
};

export interface NodeNeeds {
  /** The compiled node-kernel.c. */
  readonly program: string;
  /** MiB of the largest node. */
  readonly memory: number;
}

/** @throws BootstrapError `lab.unsupported` for the first thing that the lab would not be allowed */
export async function tryRights({ program, memory }: NodeNeeds, signal: AbortSignal): Promise<void> {
  const script = packagePath('templates/lab/checks/rights.sh');
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const words = [`${memory}m`, neededMappings, user, group].map(String);
  const isolated = ['--mount', '--net', 'sh', '-u', script, ...words, program];
  let output: string;
  try {
    output = await runProgram('unshare', isolated, { asRoot: true, signal });
  } catch (cause) {
    throwIfInterrupted(signal);
    throw unsupported({
      message: 'root may not make mount and network namespaces here',
      hint: privileges,
      detail: saidBy(cause),
      cause,
    });
  }
  const refusal = missingRight(parseAttempts(output));
  if (refusal !== undefined) throw unsupported(refusal);
}

/** What to say about the first step that failed. */
export function missingRight(attempts: Attempts): Refusal | undefined {
  const needed = (Object.keys(steps) as Step[]).filter(
    (step) => attempts.has(step) || !optional.includes(step),
  );
  const failed = needed.find((step) => whyNot(attempts, step) !== undefined);
  if (failed === undefined) return undefined;
  const who = ofNodes.includes(failed) ? 'nodes' : 'root';
  return {
    message: `${who} may not ${steps[failed]} here`,
    hint: hints[failed] ?? privileges,
    detail: whyNot(attempts, failed) ?? '',
  };
}
