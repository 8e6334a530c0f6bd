// The command line: global options, help and examples. Commands load their own modules when they run.
import { Command, Help, Option } from 'commander';
import { packageVersion } from '../core/package-version.ts';
import type { ProgramPorts } from './action.ts';
import { defineBundleCommands } from './define-bundle.ts';
import { defineClusterCommands } from './define-cluster.ts';
import { defineFileCommands } from './define-files.ts';
import { defineLabCommands } from './define-lab.ts';

const examples = `
Examples:
  ipvs-bootstrap lab up                      boot two virtual nodes on this machine
  ipvs-bootstrap lab inventory > lab.yaml    write an inventory for them
  ipvs-bootstrap plan lab.yaml               show what would change
  ipvs-bootstrap up lab.yaml                 make the cluster
  ipvs-bootstrap verify lab.yaml             prove that IPVS balances its Services

Exit codes:
  0 done   1 some hosts failed   2 changes needed (plan)   3 invalid inventory or playbook   4 connection
  5 preflight   6 a remote command failed   7 verify found drift   8 locked by another run   64 usage
  70 our bug   130 interrupted`;

/** Builds the program with all its commands. */
export function createProgram(ports: ProgramPorts): Command {
  const program = new Command('ipvs-bootstrap')
    .description(
      'From bare SSH hosts to a Kubernetes cluster whose Services are balanced by IPVS, and proved to be.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .addHelpText('after', examples)
    .showHelpAfterError('(--help shows what there is)')
    .enablePositionalOptions()
    .configureHelp({ optionDescription: describe });
  defineClusterCommands(program, ports);
  defineFileCommands(program, ports);
  defineBundleCommands(program, ports);
  defineLabCommands(program, ports);
  // Before the command's name every option may stand; whether the command knows it is seen when it runs.
  program.option('--log-file <file>', 'write every event of a run to this new file, as JSON lines');
  addGlobalOptions(program);
  return program;
}

/** That a switch is off unless it is given goes without saying. */
function describe(option: Option): string {
  return new Help().optionDescription(option).replace(' (default: false)', '');
}

/** Global options may stand before and after the command's name, as kubectl's users expect. */
function addGlobalOptions(command: Command): void {
  globalOptions.forEach((option) => command.addOption(option));
  command.commands.forEach(addGlobalOptions);
}

const formats = ['pretty', 'plain', 'json'];

// Options that many commands have are made once: there are hundreds otherwise, at every start.
const globalOptions = [
  new Option('-o, --output <format>', 'pretty on a terminal, plain elsewhere').choices(formats),
  new Option('--debug', 'show the stack of an error'),
];
