// What a command loads before it can do its work: the time of a start is the number of files, and the large packages.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packagePath } from '../../../src/core/package-root.ts';
import { startCliWorld, type CliWorld } from '../../support/cli-world.ts';
import { entry } from '../../support/entry.ts';

/** Packages with a file of their own in dist/chunks; see bin/bundle.mjs. */
const packages = ['execa', 'liquidjs', 'listr2', 'ora', 'ssh2', 'undici', 'yaml', 'zod'];

const directory = mkdtempSync(join(tmpdir(), 'start-'));
const list = join(directory, 'list');
let world: CliWorld;

beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(async () => {
  await world.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Start {
  readonly exitCode: number | undefined;
  /** The program's own files, from the package's root. */
  readonly files: readonly string[];
  /** Those of `packages` that were loaded. */
  readonly large: readonly string[];
}

/** Runs the program as one that has no lab and no terminal. */
async function start(...args: readonly string[]): Promise<Start> {
  const counter = packagePath('test/support/loaded-files.cjs');
  const env = { LOADED_FILES: list, XDG_STATE_HOME: join(directory, 'state') };
  const options = { reject: false, stdin: 'ignore', env } as const;
  const { exitCode } = await execa(process.execPath, ['--require', counter, entry, ...args], options);
  const loaded = readFileSync(list, 'utf8').split('\n');
  const files = loaded.filter((file) => file !== counter).map((file) => relative(packagePath('.'), file));
  return { exitCode, files, large: packages.filter((name) => files.includes(`dist/chunks/${name}.cjs`)) };
}

it.each([[['--help']], [['up', '--help']], [['lab', '--help']], [['--version']]])(
  '%j needs the entry, the commands’ definitions and what all bundled files share',
  async (args) => {
    expect(await start(...args)).toEqual({
      exitCode: 0,
      files: ['bin/ipvs-bootstrap.cjs', 'dist/cli/main.cjs', 'dist/chunks/rolldown-runtime.cjs'],
      large: [],
    });
  },
);

it('completion needs three files, and for an inventory only what reads its syntax', async () => {
  const files = ['bin/ipvs-bootstrap.cjs', 'dist/cli/complete.cjs'];
  const options = await start('__complete', 'zsh', 'up', '--');
  expect(options.files).toHaveLength(3);
  expect(options).toMatchObject({ exitCode: 0, files: expect.arrayContaining(files) as unknown, large: [] });
  const hosts = await start('__complete', 'zsh', 'up', world.inventory('good'), '--limit', '');
  expect(hosts.files).toHaveLength(5);
  expect(hosts).toMatchObject({ exitCode: 0, large: [] });
  expect(hosts.files).toContain('dist/chunks/yaml-parser.cjs');
});

it('init needs one more, and no package', async () => {
  const { exitCode, files, large } = await start('init');
  expect({ exitCode, count: files.length, large }).toEqual({ exitCode: 0, count: 4, large: [] });
});

it('validate needs few, and of the packages those that read the inventory', async () => {
  const { exitCode, files, large } = await start('validate', world.inventory('good'));
  expect({ exitCode, large }).toEqual({ exitCode: 0, large: ['yaml', 'zod'] });
  expect(files.length).toBeLessThan(20);
});

it('a run that cannot begin loads nothing to connect or to draw with', async () => {
  const good = world.inventory('good');
  const bad = join(directory, 'bad.yaml');
  writeFileSync(bad, 'cluster: {}\n');
  const starts = [
    [3, 'plan', bad],
    [3, 'status', bad],
    [3, 'kubeconfig', bad],
    [3, 'reset', bad, '--yes'],
    [3, 'run', world.path('no-such-playbook.yaml'), '--inventory', good],
    [64, 'plan', good, '--skip', 'no-such-phase'],
    [64, 'phase', 'run', good, 'no-such-phase'],
    [64, 'verify', good, '--limit', 'no-such-host'],
    [64, 'status', good, '--limit', 'no-such-host'],
  ] as const;
  for (const [wanted, ...args] of starts) {
    const { exitCode, large } = await start(...args);
    const heavy = large.filter((name) => ['listr2', 'ora', 'ssh2'].includes(name));
    expect({ args, exitCode, heavy }).toEqual({ args, exitCode: wanted, heavy: [] });
  }
});

it('is not asked for a password when the run cannot begin', async () => {
  const { exitCode } = await start('plan', world.inventory('asks'), '-k', '--skip', 'no-such-phase');
  expect(exitCode).toBe(64);
});

it('commands about a lab that is not there load nothing to look at one with', async () => {
  for (const args of [['status'], ['ssh', 'master1'], ['inventory']]) {
    const { exitCode, large } = await start('lab', '--name', 'no-such-lab', ...args);
    const heavy = large.filter((name) => ['listr2', 'ora', 'ssh2', 'zod'].includes(name));
    expect({ args, exitCode, heavy }).toEqual({ args, exitCode: 64, heavy: [] });
  }
});

it('a plan without a terminal connects, and does without what draws on one', async () => {
  const { large } = await start('plan', world.inventory('plain'));
  expect(large).toContain('ssh2');
  expect(large).not.toContain('listr2');
  expect(large).not.toContain('ora');
});

it('every large package has a file of its own', () => {
  const missing = packages.filter((name) => !existsSync(packagePath(`dist/chunks/${name}.cjs`)));
  expect(missing).toEqual([]);
});
