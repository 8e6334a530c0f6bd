// Definitions of the commands that only read or write local files.
import type { Command } from 'commander';
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
}
