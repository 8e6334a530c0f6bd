// Every exit code, reached with the built program and a real sshd; those of locks and signals are in stopping.test.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startCliWorld, type CliWorld } from '../../support/cli-world.ts';
import { LiveProgram } from '../../support/live-program.ts';
import { program, recordedRun, tail } from '../../support/program.ts';

// Many starts of a program, on machines that may be busy.
vi.setConfig({ testTimeout: 240_000 });

let world: CliWorld;

beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(async () => {
  await world.stop();
});

/** A task that writes `out/HOST/NAME`. */
const file = (name: string, on = 'all') => ({
  name: `Write ${name}`,
  op: 'file.present',
  on,
  with: { path: `${world.path('out')}/\${{ host.name }}/${name}`, content: `${name}\n` },
});

it('0: done, and nothing to do', async () => {
  const args = ['run', world.playbook('zero', [file('a'), file('b')]), '-i', world.inventory('zero', 2)];
  const first = await recordedRun(...args);
  expect(first.exitCode, tail(first)).toBe(0);
  expect(first.hosts.map(({ host, changed }) => [host, changed])).toEqual([
    ['n1', 2],
    ['n2', 2],
  ]);
  expect(readFileSync(world.path('out/n2/b'), 'utf8')).toBe('b\n');
  const second = await recordedRun(...args);
  expect(second.exitCode).toBe(0);
  expect(second.events.filter(({ type }) => type === 'step.started')).toEqual([]);
});

it('1: hosts failed for different reasons, and each is named', async () => {
  mkdirSync(world.path('out'), { recursive: true });
  // n2 cannot make its directory, and nothing listens where n4 is said to be.
  writeFileSync(world.path('out/n3'), 'in the way');
  const nobody = { name: 'n4', address: '127.0.0.4', roles: ['worker'] };
  const args = [
    'run',
    world.playbook('one', [file('one')]),
    '-i',
    world.inventory('one', 3, {}, [nobody]),
    '--max-failures',
    '50%',
  ];
  const run = await recordedRun(...args);
  expect(run.exitCode, tail(run)).toBe(1);
  expect(run.hosts.map(({ host, error }) => [host, error?.code])).toEqual([
    ['n1', undefined],
    ['n2', undefined],
    ['n3', 'command.failed'],
    ['n4', 'connect.refused'],
  ]);
  const plain = await program(...args);
  expect(plain.stdout).toContain('2 hosts failed: n3 [command.failed], n4 [connect.refused]');
  // One failure too many stops all the others.
  const strict = await recordedRun(...args.slice(0, -1), '49%');
  expect(strict.hosts.map(({ host, error }) => [host, error?.code])).toContainEqual([
    'n4',
    'connect.refused',
  ]);
  expect(strict.exitCode).not.toBe(0);
});

it('2: a plan has something to change, and 0 when not', async () => {
  const playbook = world.playbook('two', [file('two')]);
  const args = ['run', playbook, '-i', world.inventory('two')];
  const plan = await recordedRun(...args, '--dry-run');
  expect(plan.exitCode, tail(plan)).toBe(2);
  expect(plan.events.find(({ type }) => type === 'run.started')).toMatchObject({
    command: 'run --dry-run',
    mode: 'plan',
    schema: 1,
  });
  expect(plan.events.find(({ type }) => type === 'task.planned')).toMatchObject({
    operation: 'file.present',
    steps: [{ kind: 'write', diff: expect.stringContaining('+two') as string }],
  });
  expect((await program(...args)).exitCode).toBe(0);
  expect((await program(...args, '--dry-run')).exitCode).toBe(0);
});

it('3: an inventory is wrong', async () => {
  writeFileSync(world.path('three.yaml'), 'hosts: 3\n');
  expect((await program('plan', world.path('three.yaml'))).exitCode).toBe(3);
});

it('4: nobody answers', async () => {
  const inventory = world.inventory('four', 1, { port: 1 });
  const { exitCode, stderr } = await program('run', world.playbook('four', [file('a')]), '-i', inventory);
  expect(exitCode, stderr).toBe(4);
  expect(stderr).toContain('[connect.refused]');
});

it('5: a host cannot do what is asked', async () => {
  const task = { name: 'Load it', op: 'kernel-modules.loaded', with: { modules: ['no_such_module'] } };
  const run = await recordedRun('run', world.playbook('five', [task]), '-i', world.inventory('five'));
  expect(run.exitCode, tail(run)).toBe(5);
});

it('6: a command on a host fails, and the journal’s path is printed', async () => {
  mkdirSync(world.path('out'), { recursive: true });
  writeFileSync(world.path('out/n1.file'), '');
  const task = {
    name: 'Write below a file',
    op: 'file.present',
    with: { path: world.path('out/n1.file/x'), content: '' },
  };
  const journal = world.path('six.ndjson');
  const { exitCode, stderr } = await program(
    'run',
    world.playbook('six', [task]),
    '-i',
    world.inventory('six'),
    '--log-file',
    journal,
  );
  expect(exitCode, stderr).toBe(6);
  expect(stderr).toContain(`The journal of this run is ${journal}`);
  expect(readFileSync(journal, 'utf8')).toContain('"command.failed"');
});

it('7: verify finds that no IPVS balances anything here', async () => {
  const { exitCode, stderr } = await program('verify', world.inventory('seven'));
  expect(exitCode, stderr).toBe(7);
  expect(stderr).toContain('[verify.drift]');
});

it('64: the command line is wrong, also a log file for what is no run', async () => {
  expect((await program('plan')).exitCode).toBe(64);
  const log = await program('--log-file', world.path('log'), 'validate', world.inventory('usage'));
  expect(log.exitCode).toBe(64);
  expect(log.stderr).toContain('validate is no run and writes no log file');
});

it('70: a bug, told as one', async () => {
  const broken = "process.stdout.write = () => { throw new TypeError('injected') }";
  const live = new LiveProgram(['validate', world.inventory('seventy')], {
    environment: { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(broken)}"` },
  });
  const { exitCode, stderr } = await live.ended;
  expect(exitCode).toBe(70);
  expect(stderr).toContain('this is a bug in ipvs-bootstrap: injected');
});
