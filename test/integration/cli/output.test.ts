// What reaches the screen: colours and cursor movements only where a person looks, with a real terminal to look at.
import { readFileSync, rmSync } from 'node:fs';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startCliWorld, type CliWorld } from '../../support/cli-world.ts';
import { entry } from '../../support/entry.ts';

const colour = /\u001B\[(?:[1-9]|[34]\d)m/;
const cursor = /\u001B\[(?:\?25[lh]|\d*[A-HJKSTf])/;

// Many starts of a program, on machines that may be busy.
vi.setConfig({ testTimeout: 240_000 });

let world: CliWorld;
let args: readonly string[] = [];

beforeAll(async () => {
  world = await startCliWorld();
  const playbook = world.playbook('output', [
    { name: 'Write it', op: 'file.present', with: { path: world.path('out/a'), content: 'a\n' } },
    { name: 'Write below a file', op: 'file.present', with: { path: world.path('out/a/b'), content: '' } },
  ]);
  args = [entry, 'run', playbook, '-i', world.inventory('output')];
});
afterAll(async () => {
  await world.stop();
});
beforeEach(() => {
  rmSync(world.path('out'), { recursive: true, force: true });
});

/** The environment without what CI systems and test runners say about colours. */
function environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const silent = { NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined };
  return { ...process.env, ...silent, TERM: 'xterm-256color', ...more };
}

/** Both streams into pipes. */
async function piped(more: NodeJS.ProcessEnv, ...options: readonly string[]): Promise<string> {
  const { all } = await execa(process.execPath, [...args, ...options], {
    reject: false,
    all: true,
    extendEnv: false,
    env: environment(more),
  });
  return all;
}

/** Everything into a terminal of its own. */
async function onTerminal(more: NodeJS.ProcessEnv, redirect = '', columns = 100): Promise<string> {
  const command = [process.execPath, ...args].map((word) => `'${word}'`).join(' ');
  const size = `stty cols ${columns} rows ${columns}`;
  const { stdout } = await execa('script', ['-qec', `${size}; ${command} ${redirect}`, '/dev/null'], {
    stdin: 'ignore',
    timeout: 120_000,
    reject: false,
    extendEnv: false,
    env: environment(more),
  });
  return stdout;
}

describe('into pipes', () => {
  it.each([[[]], [['--output', 'pretty']], [['--output', 'json']]])(
    'nothing is coloured and no cursor moves, with %j',
    async (options) => {
      const text = await piped({}, ...options);
      expect(text).not.toContain('\u001B');
      expect(text).toContain('Write below a file');
      expect(text).toContain('command.failed');
    },
  );

  it('FORCE_COLOR colours, and still no cursor moves', async () => {
    const text = await piped({ FORCE_COLOR: '1' });
    expect(text).toMatch(colour);
    expect(text).not.toMatch(cursor);
  });
});

describe('on a terminal', () => {
  it('there are colours and live lists', async () => {
    const text = await onTerminal({});
    expect(text).toMatch(colour);
    expect(text).toMatch(cursor);
  });

  it('NO_COLOR leaves the live lists and takes every colour', async () => {
    const text = await onTerminal({ NO_COLOR: '1' });
    expect(text).toMatch(cursor);
    expect(text).not.toMatch(colour);
  });

  it('one without a size gets plain lines, in colours', async () => {
    const text = await onTerminal({}, '', 0);
    expect(text).toMatch(colour);
    expect(text).not.toMatch(cursor);
    expect(text).toContain('1 host failed');
  });

  it('a dumb one gets plain lines', async () => {
    expect(await onTerminal({ TERM: 'dumb' })).not.toContain('\u001B');
  });

  it('results that go into a file have neither', async () => {
    const file = world.path('results');
    await onTerminal({}, `>'${file}'`);
    const { stdout } = await execa('cat', [file]);
    expect(stdout).toContain('1 host failed: n1 [command.failed]');
    expect(stdout).not.toContain('\u001B');
  });
});

describe('output that nobody takes', () => {
  it('is told of when the disk is full', async () => {
    for (const words of [
      [entry, 'init'],
      [...args, '--output', 'json'],
    ]) {
      const command = [process.execPath, ...words].map((word) => `'${word}'`).join(' ');
      const { exitCode, stderr } = await execa('sh', ['-c', `${command} >/dev/full`], { reject: false });
      expect(exitCode, stderr).toBe(3);
      expect(stderr).toContain('the output cannot be written: ENOSPC');
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
  });

  it('does not stop the run when its reader has gone', async () => {
    const command = [process.execPath, ...args].map((word) => `'${word}'`).join(' ');
    await execa('bash', ['-c', `${command} | true`]);
    expect(readFileSync(world.path('out/a'), 'utf8')).toBe('a\n');
  });
});
