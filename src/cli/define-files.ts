// Definitions of the commands that connect to nothing.
import { Argument, type Command } from 'commander';
import { lazy, type ProgramPorts } from './action.ts';

export function defineFileCommands(program: Command, ports: ProgramPorts): void {
  program
    .command('init')
    .description('print a commented inventory to start from')
    .argument('[file]', 'write it to this file; an existing one is never overwritten')
    .action(lazy(ports, () => import('./commands/init.ts')));
  program
    .command('validate')
    .description('check an inventory without connecting to anything')
    .argument('<inventory>', 'inventory file')
    .action(lazy(ports, () => import('./commands/validate.ts')));
  program
    .command('versions')
    .description('what holds for each Kubernetes version, or all about one')
    .argument('[version]', 'such as 1.37 or v1.37.2')
    .action(lazy(ports, () => import('./commands/versions.ts')));
  program
    .command('completion')
    .description('print the script that lets a shell complete command lines')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', completionHelp)
    .action(lazy(ports, () => import('./commands/completion.ts')));
}

const completionHelp = `
Examples:
  source <(ipvs-bootstrap completion bash)     in ~/.bashrc, or here and now
  source <(ipvs-bootstrap completion zsh)      in ~/.zshrc, below compinit
  ipvs-bootstrap completion fish > ~/.config/fish/completions/ipvs-bootstrap.fish`;
