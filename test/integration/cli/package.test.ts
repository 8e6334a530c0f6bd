// The npm package: made from a clean checkout, installed where there is no compiler and no registry, and used.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packagePath } from '../../../src/core/package-root.ts';
import { startCliWorld, type CliWorld } from '../../support/cli-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const directory = mkdtempSync(join(tmpdir(), 'package-'));
const checkout = join(directory, 'checkout');
const user = join(directory, 'user');
const bin = join(directory, 'bin');
const manifest = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};
let world: CliWorld;
let tarball: string;

/** All that a user's PATH has here: Node and a shell, no compiler. */
const environment = {
  PATH: bin,
  HOME: join(directory, 'home'),
  XDG_STATE_HOME: join(directory, 'state'),
  // Nothing listens there: a package that had to be fetched would be a failure.
  npm_config_registry: 'http://127.0.0.1:9/',
  npm_config_globalconfig: '/dev/null',
};

interface Result {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function asUser(program: string, ...args: readonly string[]): Promise<Result> {
  const options = { cwd: user, env: environment, extendEnv: false, reject: false, stdin: 'ignore' } as const;
  const { exitCode, stdout, stderr } = await execa(join(bin, program), args, options);
  return { exitCode, stdout, stderr };
}

/** Errors and warnings, but for the one about the loopback addresses of the world's hosts. */
function complaints({ stderr }: Result): readonly string[] {
  const lines = stderr.split('\n').filter((line) => /^(error|warning|npm)/.test(line));
  // The tests' hosts are on loopback, and every Kubernetes there is has something to be warned of by now.
  return lines.filter(
    (line) => !/no other host can reach it$|Kubernetes \S+ has got no fixes since/.test(line),
  );
}

const npx = (...args: readonly string[]): Promise<Result> => asUser('npx', 'ipvs-bootstrap', ...args);

/** What a clone of this tree would have; nothing is built, and the packages are those that are installed here. */
async function checkOut(): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await execa('git', list, { cwd: packagePath('.') });
  const files = stdout.split('\0').filter((name) => name !== '' && existsSync(packagePath(name)));
  for (const file of files) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    copyFileSync(packagePath(file), join(checkout, file));
  }
  // One by one: an npm ci in the checkout could otherwise empty the real folder.
  mkdirSync(join(checkout, 'node_modules'));
  for (const name of readdirSync(packagePath('node_modules'))) {
    const [from, to] = [packagePath(`node_modules/${name}`), join(checkout, 'node_modules', name)];
    if (name === '.installed') copyFileSync(from, to);
    else symlinkSync(from, to);
  }
}

beforeAll(async () => {
  world = await startCliWorld();
  for (const folder of [user, bin, environment.HOME]) mkdirSync(folder);
  const { stdout: npm } = await execa('which', ['npm', 'npx', 'sh', 'env']);
  for (const program of [process.execPath, ...npm.split('\n')])
    symlinkSync(program, join(bin, program.slice(program.lastIndexOf('/') + 1)));
  await checkOut();
  // Some people's npm runs no scripts; the project's own settings must not be the reason.
  const pack = ['pack', '--pack-destination', directory, '--ignore-scripts=false'];
  await execa('npm', pack, { cwd: checkout });
  const { name, version } = manifest;
  tarball = join(directory, `${name}-${version}.tgz`);
});
afterAll(async () => {
  await world.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('the tarball', () => {
  it('is made by a plain npm pack, as nothing in the project keeps prepack from running', async () => {
    const none = { npm_config_userconfig: '/dev/null', npm_config_globalconfig: join(directory, 'none') };
    const env = { ...none, npm_config_ignore_scripts: undefined };
    const { stdout } = await execa('npm', ['config', 'get', 'ignore-scripts'], { cwd: checkout, env });
    expect(stdout).toBe('false');
  });

  it('has the files of the list and no others, none of them for tests or development', async () => {
    const { stdout } = await execa('tar', ['-tzf', tarball]);
    const files = stdout.split('\n').map((file) => file.replace(/^package\//, ''));
    // Which parts the bundler makes is its business.
    const named = files.map((file) => file.replace(/^(dist\/chunks)\/.*\.cjs$/, '$1/*.cjs'));
    const list = [...new Set(named)].sort().join('\n');
    await expect(`${list}\n`).toMatchFileSnapshot('../../golden/package-files.txt');
    expect(files.length).toBeLessThan(250);
  });

  it('is small', async () => {
    expect(statSync(tarball).size).toBeLessThan(1_400_000);
    const { stdout } = await execa('tar', ['-tvzf', tarball]);
    const sizes = stdout.split('\n').map((line) => Number(line.split(/\s+/)[2]));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(5_600_000);
  });

  it('needs no package besides Node’s own modules, but for a native one that ssh2 does without', async () => {
    const { stdout } = await execa('tar', ['-xzOf', tarball, '--wildcards', 'package/dist/*.cjs']);
    const named = [...stdout.matchAll(/require\("([^"./][^"]*)"\)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(100);
    expect([...new Set(named)].filter((name) => !name.startsWith('node:') && !isBuiltin(name))).toEqual([
      'cpu-features',
    ]);
    // Such a call is not seen by the bundler.
    expect(stdout).not.toContain('createRequire');
  });

  it('carries the licence of every package that is bundled', async () => {
    const { stdout } = await execa('tar', ['-xzOf', tarball, 'package/dist/third-party-licences.txt']);
    const own = ['commander', 'diff', 'execa', 'liquidjs', 'listr2', 'ora', 'ssh2', 'undici', 'yaml', 'zod'];
    const theirs = ['asn1', 'bcrypt-pbkdf', 'tweetnacl', 'cross-spawn', 'log-update', 'string-width'];
    for (const name of [...own, ...theirs])
      expect(stdout).toMatch(
        new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((MIT|ISC|BSD-3-Clause|Unlicense)\\)$`, 'm'),
      );
  });
});

describe('a user with Node and npm alone', () => {
  it('installs it with nothing but it, and nothing that looks like a failure', async () => {
    const result = await asUser('npm', 'install', tarball);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.stdout).toMatch(/^added 1 package in /m);
    expect(result.stdout).not.toMatch(/warn|error|fail|deprecated/i);
  });

  it('gets help, also for the lab, and the version', async () => {
    expect(await npx('--version')).toEqual({ exitCode: 0, stdout: manifest.version, stderr: '' });
    const help = await npx('--help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('up [options] <inventory>');
    const lab = await npx('lab', '--help');
    expect(lab).toMatchObject({ exitCode: 0, stderr: '' });
    expect(lab.stdout).toContain('demo [options]');
  });

  it('has an inventory checked', async () => {
    const result = await npx('validate', world.inventory('checked', 2));
    expect(result.exitCode, result.stderr).toBe(0);
    expect(complaints(result)).toEqual([]);
    expect(result.stdout).toContain('is valid: cluster');
  });

  it('is shown what is wrong in one, with letters of any width', async () => {
    const file = join(user, 'wrong.yaml');
    writeFileSync(file, 'cluster: { name: "東京" }\n');
    const result = await npx('validate', file);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain(`  1 | cluster: { name: "東京" }\n    |                  ^^^^^^\n`);
  });

  it('has command lines completed', async () => {
    const script = await npx('completion', 'bash');
    expect(script).toMatchObject({ exitCode: 0, stderr: '' });
    expect(script.stdout).toContain('complete -F _ipvs_bootstrap ipvs-bootstrap');
    const words = await npx('__complete', 'bash', 'plan', world.inventory('completed', 2), '-l', '');
    expect(words).toMatchObject({ exitCode: 0, stderr: '' });
    expect(words.stdout).toMatch(/^n1\b.*\nn2\b.*\n:open$/);
  });

  it('sees the plan for a host', async () => {
    const result = await npx('plan', world.inventory('planned'), '--output', 'json');
    // 2 where the machine could become a node, 5 where it lacks something: the tests run on many.
    expect([2, 5], result.stderr).toContain(result.exitCode);
    expect(complaints(result)).toEqual([]);
    const events = result.stdout.split('\n').map((line) => JSON.parse(line) as { type: string });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['host.connected', 'run.finished']),
    );
  });

  it('runs a shipped playbook on a host', async () => {
    const playbook = join(user, 'node_modules/ipvs-bootstrap/playbooks/unbind.yaml');
    const result = await npx('run', playbook, '--inventory', world.inventory('run'));
    expect(result.exitCode, result.stderr).toBe(0);
    expect(complaints(result)).toEqual([]);
    expect(result.stdout).toMatch(/^n1 .*\bunchanged\b/m);
  });
});
