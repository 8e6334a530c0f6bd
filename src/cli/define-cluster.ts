// Definitions of the commands that work on a cluster's hosts.
import type { Command } from 'commander';
import { lazy, type ProgramPorts } from './action.ts';
import { commaList, hostCommand, interval } from './hosts/host-options.ts';
import { withLoginOptions } from './hosts/login-options.ts';
import { runCommand, withRunOptions } from './hosts/run-options.ts';

export function defineClusterCommands(program: Command, ports: ProgramPorts): void {
  runCommand(program, 'up', 'make or complete the cluster; a second run changes nothing')
    .option('-n, --dry-run', 'only show what would change, like plan', false)
    .option('--skip <phases>', 'leave out phases, separated by commas (see: phase list)', commaList)
    .action(lazy(ports, () => import('./commands/up.ts')));
  runCommand(program, 'plan', 'show what up would change; exits 2 when there is something')
    .option('--skip <phases>', 'leave out phases, separated by commas (see: phase list)', commaList)
    .action(lazy(ports, () => import('./commands/plan.ts')));
  runCommand(program, 'verify', 'compare kernel, API and traffic on each node; exits 7 on drift')
    .option('--report <file>', 'also draw what was found: a web page in this file')
    .option(
      '--traffic',
      'also send requests from this machine, and connect to every Service from each node',
      false,
    )
    .action(lazy(ports, () => import('./commands/verify.ts')));
  runCommand(program, 'reset', 'back to bare hosts; removes only what is ours or kube-proxy’s')
    .option('-y, --yes', 'do not ask', false)
    .action(lazy(ports, () => import('./commands/reset.ts')));
  defineBindingCommands(program, ports);
  hostCommand(program, 'status', 'one screen: nodes, kube-proxy, external IPs and who serves them')
    .option(
      '--namespace <namespaces>',
      'only external IPs of these namespaces, separated by commas',
      commaList,
    )
    .option('-w, --watch', 'look again and again, until Ctrl-C', false)
    .option('--interval <duration>', 'time between two looks, such as 500ms or 1m (default: 2s)', interval)
    .action(lazy(ports, () => import('./commands/status.ts')));
  withLoginOptions(program.command('kubeconfig'))
    .description('print the cluster’s admin.conf')
    .argument('<inventory>', 'inventory file')
    .option('-w, --write <file>', 'write it to this file instead (mode 0600)')
    .action(lazy(ports, () => import('./commands/kubeconfig.ts')));
  definePlaybookCommands(program, ports);
}

function defineBindingCommands(program: Command, ports: ProgramPorts): void {
  runCommand(program, 'bind', 'bind the external IPs of a cluster that is there, as up does')
    .option('-n, --dry-run', 'only show what would change', false)
    .option('--skip <phases>', 'leave out phases: check-addresses, bind-external-ips', commaList)
    .action(lazy(ports, () => import('./commands/bind.ts')));
  runCommand(program, 'unbind', 'take external IPs that this program bound off the nodes’ interfaces')
    .option('-n, --dry-run', 'only show what would change', false)
    .action(lazy(ports, () => import('./commands/unbind.ts')));
}

function definePlaybookCommands(program: Command, ports: ProgramPorts): void {
  withRunOptions(program.command('run'))
    .description('run a playbook of your own with the same operations')
    .argument('<playbook>', 'playbook file')
    .requiredOption('-i, --inventory <inventory>', 'inventory file')
    .option('-n, --dry-run', 'only show what would change', false)
    .action(lazy(ports, () => import('./commands/run.ts')));
  const phase = program.command('phase').description('list or run single phases of up');
  phase
    .command('list')
    .description('the phases of up, in order')
    .action(lazy(ports, () => import('./commands/phase-list.ts')));
  runCommand(phase, 'run', 'run some phases only')
    .argument('<phases...>', 'names of phases')
    .option('-n, --dry-run', 'only show what would change', false)
    .action(lazy(ports, () => import('./commands/phase-run.ts')));
}
