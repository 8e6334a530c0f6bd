// Definitions of the lab commands.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { ipFamilies } from '../lab/ip-family.ts';
import { codenames, containerds, releases, type NodeKind } from '../lab/node-kind.ts';
import { lazy, type ProgramPorts } from './action.ts';
import { commaList, positiveInteger } from './hosts/host-options.ts';
import { labVersion } from './lab/version-option.ts';

export function defineLabCommands(program: Command, ports: ProgramPorts): void {
  const lab = program
    .command('lab')
    .description('virtual nodes with a real kernel on this machine')
    .option(nameFlag, nameMeaning, 'lab');
  sized(lab.command('up').description('build what is not cached and boot the nodes')).action(
    lazy(ports, () => import('./lab/up.ts')),
  );
  sized(lab.command('demo').description('lab up, then up on it, then show the external IPs at work')).action(
    lazy(ports, () => import('./lab/demo.ts')),
  );
  lab
    .command('down')
    .description('stop the nodes and remove everything of the lab but the cache')
    .action(lazy(ports, () => import('./lab/down.ts')));
  lab
    .command('prune')
    .description('free what the cache holds and no lab, and no inventory in this directory, uses')
    .option('-n, --dry-run', 'only show what would be removed', false)
    .action(lazy(ports, () => import('./lab/prune.ts')));
  lab
    .command('status')
    .description('the nodes: addresses, processes, memory')
    .action(lazy(ports, () => import('./lab/status.ts')));
  lab
    .command('ssh')
    .description('log in to a node, or run a command there')
    .argument('<node>', 'name of the node')
    .argument('[command...]', 'what to run')
    .passThroughOptions()
    .action(lazy(ports, () => import('./lab/ssh.ts')));
  lab
    .command('inventory')
    .description('print an inventory of the running lab')
    .action(lazy(ports, () => import('./lab/inventory.ts')));
  for (const command of lab.commands) takeName(command, lab);
}

const nameFlag = '--name <lab>';
const nameMeaning = 'name of the lab; several can run side by side';

/** `lab up --name x` as well as `lab --name x up`. */
function takeName(command: Command, lab: Command): void {
  command
    .option(nameFlag, nameMeaning)
    .on('option:name', (name: string) => lab.setOptionValueWithSource('name', name, 'cli'));
}

function sized(command: Command): Command {
  return command
    .option('--control-planes <n>', 'number of control planes', positiveInteger, 1)
    .option('--workers <n>', 'number of workers', positiveInteger, 1)
    .option('--control-plane-memory <MiB>', 'memory of a control plane', positiveInteger)
    .option('--worker-memory <MiB>', 'memory of a worker', positiveInteger)
    .option('--subnet <CIDR>', 'addresses of the lab')
    .addOption(new Option('--ip-family <family>', 'addresses that the nodes have').choices(ipFamilies))
    .option('--kubernetes <version>', 'Kubernetes, from v1.24.0 on or v1.20.2', labVersion)
    .option('--release <list>', 'releases of Debian, taken by the nodes in turn: 12, 13', releaseList)
    .option('--containerd <list>', 'generations of containerd, likewise: 1, 2', containerdList);
}

/** @throws InvalidArgumentError for anything but a list of releases, by version or by name. */
function releaseList(text: string): readonly NodeKind['release'][] {
  return commaList(text).map((name) => {
    const found = releases.find((release) => release === name || codenames[release] === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be releases of Debian: ${releases.join(', ')}.`);
  });
}

/** @throws InvalidArgumentError for anything but a list of generations. */
function containerdList(text: string): readonly NodeKind['containerd'][] {
  return commaList(text).map((name) => {
    const found = containerds.find((generation) => generation === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be generations of containerd: ${containerds.join(', ')}.`);
  });
}
