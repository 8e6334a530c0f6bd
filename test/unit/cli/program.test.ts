import { CommanderError, type Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';

/** Parses a command line without leaving the process; gives commander's code, or undefined. */
async function parse(...args: readonly string[]): Promise<{ code: string | undefined; text: string }> {
  let text = '';
  const program = createProgram({ signal: new AbortController().signal, finish: () => undefined });
  const write = (part: string): void => {
    text += part;
  };
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync(['node', 'ipvs-bootstrap', ...args]);
    return { code: undefined, text };
  } catch (error) {
    if (error instanceof CommanderError) return { code: error.code, text };
    throw error;
  }
}

describe('the command line', () => {
  it('shows every command, examples and exit codes in its help', async () => {
    const { code, text } = await parse('--help');
    expect(code).toBe('commander.helpDisplayed');
    for (const word of [
      'up',
      'plan',
      'verify',
      'status',
      'reset',
      'run',
      'phase',
      'lab',
      'init',
      'validate',
    ]) {
      expect(text).toMatch(new RegExp(`^ {2}${word} `, 'm'));
    }
    expect(text).toContain('ipvs-bootstrap up lab.yaml');
    expect(text).toContain('7 verify found drift');
  });

  it('names defaults as people write them, and no switch as off', async () => {
    const { text } = await parse('status', '--help');
    expect(text).toMatch(/\(default:\s+2s\)/);
    expect(text).not.toContain('default: false');
  });

  it.each([
    [['upp'], 'commander.unknownCommand', 'Did you mean up?'],
    [['up', '--concurency', '2', 'x'], 'commander.unknownOption', 'Did you mean --concurrency?'],
    [['up'], 'commander.missingArgument', "missing required argument 'inventory'"],
    [['up', 'a', 'b'], 'commander.excessArguments', 'too many arguments'],
    [['up', 'x', '--concurrency', '0'], 'commander.invalidArgument', 'a whole number from 1'],
    [['up', 'x', '--concurrency', '1e3'], 'commander.invalidArgument', 'a whole number from 1'],
    [['up', 'x', '--max-failures', '101%'], 'commander.invalidArgument', 'a number of hosts such as 2'],
    [['up', 'x', '--max-failures', '-1'], 'commander.invalidArgument', 'a number of hosts such as 2'],
    [['up', 'x', '--timeout', '10'], 'commander.invalidArgument', 'a time such as 90s, 20m or 1h'],
    [['validate', 'x', '--log-file', 'y'], 'commander.unknownOption', "unknown option '--log-file'"],
    [['up', 'x', '--limit', 'a,,b'], 'commander.invalidArgument', 'names separated by commas'],
    [
      ['verify', 'x', '--output', 'yaml'],
      'commander.invalidArgument',
      'Allowed choices are pretty, plain, json',
    ],
    [['status', 'x', '--interval', '2'], 'commander.invalidArgument', 'a time such as 500ms'],
    [['status', 'x', '--interval', '1ms'], 'commander.invalidArgument', 'from 200ms on'],
    [['run', 'x.yaml'], 'commander.missingMandatoryOptionValue', '--inventory <inventory>'],
  ])('refuses %j', async (args, code, text) => {
    const result = await parse(...args);
    expect(result).toEqual({ code, text: expect.stringContaining(text) as string });
  });

  it.each([
    ['lab', '--name', 'nowhere', 'inventory'],
    ['lab', 'inventory', '--name', 'nowhere'],
    ['lab', 'ssh', '--name', 'nowhere', 'master1'],
  ])('takes the name of a lab before and after the subcommand: %s %s %s %s', async (...args) => {
    await expect(parse(...args)).rejects.toMatchObject({ message: 'there is no lab "nowhere"' });
  });

  it('refuses a log file for commands that are no runs, also before the command’s name', async () => {
    await expect(parse('--log-file', 'x', 'validate', 'y')).rejects.toMatchObject({
      code: 'usage',
      message: 'validate is no run and writes no log file',
    });
  });
});
