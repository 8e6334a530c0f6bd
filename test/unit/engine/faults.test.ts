// A fault at every boundary of a run: whatever goes wrong there, the next run reaches the same end.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cmd } from '../../../src/core/command.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import { ask } from '../../../src/facts/fact.ts';
import type { UploadStep } from '../../../src/operations/operation.ts';
import type { FakeNetwork, FaultPlan } from '../../support/fake-host.ts';
import {
  allFiles,
  files,
  json,
  jsonFact,
  modules,
  network,
  ofType,
  operation,
  phase,
  runOn,
  task,
  units,
  type Outcome,
  type RunSpec,
} from './support.ts';

const hosts = ['m1', 'w1', 'w2'];
const lock = { host: 'm1', owner: 'me' };
const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
const members = jsonFact<readonly string[]>('members', 'cluster');

beforeAll(() => {
  writeFileSync(path.join(folder, 'kubeadm'), 'binary');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const uploadStep: UploadStep = {
  kind: 'upload',
  title: 'send kubeadm',
  localPath: path.join(folder, 'kubeadm'),
  path: '/usr/local/bin/kubeadm',
  mode: 0o755,
  sha256: createHash('sha256').update('binary').digest('hex'),
  size: 6,
};
const upload = operation(
  (facts) => ({ steps: facts.get(ask(allFiles))[uploadStep.path] === undefined ? [uploadStep] : [] }),
  { needs: () => [{ query: ask(allFiles) }] },
);
/** Every host joins through the first, one at a time; joining twice is an error, as it is with kubeadm. */
const join = (host: string) =>
  operation(
    (facts) => {
      const isMember = facts.get(ask(members), 'm1').includes(host);
      return {
        steps: isMember ? [] : [{ kind: 'exec', title: 'join', command: cmd`join ${host}`, on: 'm1' }],
      };
    },
    { needs: () => [{ query: ask(members), host: 'm1' }] },
  );

const phases = () => [
  phase(
    'prepare',
    task('Load modules', modules, { on: hosts, args: ['ip_vs', 'ip_vs_rr'] }),
    task('Write files', files, { on: hosts, args: { '/etc/a.conf': 'a\n', '/etc/b.conf': 'b\n' } }),
    task('Send binaries', upload, { on: hosts }),
  ),
  phase('start', task('Start kubelet', units, { on: hosts, args: ['kubelet'], serial: true })),
  phase('join', ...hosts.map((host) => task(`Join ${host}`, join(host), { on: [host] }))),
];

function world(): FakeNetwork {
  const fake = network(...hosts);
  const joined: string[] = [];
  const first = fake.machine('m1');
  first.answers(ask(members), () => json(joined));
  first.knows('join', (_machine, { words: [, name = ''] }) => {
    if (joined.includes(name)) return { exitCode: 1, stderr: `${name} has joined already` };
    joined.push(name);
    return undefined;
  });
  first.knows('members', () => json(joined));
  return fake;
}

function membersOf(fake: FakeNetwork): readonly string[] {
  return JSON.parse(fake.machine('m1').execute({ command: cmd`members` }, fake).stdout) as readonly string[];
}

interface MachineState {
  readonly name: string;
  readonly files: unknown;
  readonly loaded: unknown;
  readonly units: unknown;
  readonly locks: unknown;
  readonly members: readonly string[];
}

/** Everything that a run leaves on the machines. */
function stateOf(fake: FakeNetwork): readonly MachineState[] {
  return [...fake.machines.values()].map(
    ({ name, files: found, modules: { loaded }, units: all, locks }) => ({
      name,
      files: [...found].toSorted(),
      loaded: [...loaded].toSorted(),
      units: [...all],
      locks: [...locks.keys()],
      members: membersOf(fake).toSorted(),
    }),
  );
}

type Strike = (fake: FakeNetwork, host: string) => void;

interface Fault {
  readonly when: keyof FaultPlan;
  readonly strike: Strike;
}

const lost = (host: string) =>
  new BootstrapError('connect.lost', 'the connection was lost', { where: { host } });

const cut: Strike = (_fake, host) => {
  throw lost(host);
};

/** Nobody is there any more who could go on or try again. */
const killTool: Strike = (fake) => {
  const end = new BootstrapError('internal', 'the tool was killed');
  for (const connection of fake.connections) connection.kill(end);
  throw end;
};

const hang: Strike = (_fake, host) => {
  throw new BootstrapError('command.timeout', 'no end after 10 min', { where: { host } });
};

const restartSshd: Strike = (fake, host) => {
  fake.refusing.set(host, 2);
  throw lost(host);
};

const dropHost: Strike = (fake, host) => {
  fake.refusing.set(host, Infinity);
  throw lost(host);
};

const faults: Readonly<Record<string, Fault>> = {
  'the connection is cut before a request': { when: 'before', strike: cut },
  'the connection is cut before the answer': { when: 'after', strike: cut },
  'the tool is killed before a request': { when: 'before', strike: killTool },
  'the tool is killed before the answer': { when: 'after', strike: killTool },
  'the command hangs': { when: 'before', strike: hang },
  'the command hangs after its work': { when: 'after', strike: hang },
  'sshd is killed and comes back': { when: 'before', strike: restartSshd },
  'sshd is killed before the answer and comes back': { when: 'after', strike: restartSshd },
  'the disk is full from here on': {
    when: 'before',
    strike: (fake, host) => {
      fake.machine(host).isDiskFull = true;
    },
  },
};

interface Disturbed {
  readonly fake: FakeNetwork;
  /** The host that the fault struck; undefined when the run was over before. */
  readonly host: string | undefined;
  readonly outcome: Outcome;
}

/** A run with a fault at its n-th request. */
async function disturb(boundary: number, fault: Fault, spec: RunSpec = {}): Promise<Disturbed> {
  const fake = world();
  let count = 0;
  let struck: string | undefined;
  fake.faults = {
    [fault.when]: (host: string) => {
      count += 1;
      if (count !== boundary) return;
      struck = host;
      fault.strike(fake, host);
    },
  };
  const outcome = await runOn(fake, phases(), { lock, ...spec });
  fake.faults = {};
  for (const machine of fake.machines.values()) machine.isDiskFull = false;
  // Who comes back has come back when somebody runs it again.
  for (const [name, tries] of fake.refusing) if (tries < Infinity) fake.refusing.delete(name);
  return { fake, host: struck, outcome };
}

async function undisturbedState(): Promise<readonly MachineState[]> {
  const fake = world();
  expect((await runOn(fake, phases(), { lock })).exitCode).toBe(0);
  return stateOf(fake);
}

interface Tally {
  readonly boundaries: number;
  /** Runs that reached the end in spite of the fault. */
  readonly unharmed: number;
}

const tallies = new Map<string, Tally>();
afterAll(() => {
  const total = [...tallies.values()].reduce((sum, { boundaries }) => sum + boundaries, 0);
  const lines = [...tallies].map(
    ([name, { boundaries, unharmed }]) =>
      `${boundaries} when ${name} (${unharmed} runs came through by themselves)`,
  );
  console.log(`${total} boundaries passed:\n${lines.join('\n')}`);
});

// Fewer would mean that the loop does not reach what it should.
const fewest = 50;

describe.each(Object.entries(faults))('when %s', (name, fault) => {
  it('the next run reaches the end state of an undisturbed one, whichever request it was', async () => {
    const wanted = await undisturbedState();
    let unharmed = 0;
    let boundary = 1;
    for (; ; boundary++) {
      const { fake, host, outcome } = await disturb(boundary, fault);
      if (host === undefined) break;
      if (outcome.exitCode === 0) {
        expect(stateOf(fake), `boundary ${boundary}`).toEqual(wanted);
        unharmed += 1;
      }
      const again = await runOn(fake, phases(), { lock });
      expect(again.errors, `boundary ${boundary}`).toEqual([]);
      expect(stateOf(fake), `boundary ${boundary}`).toEqual(wanted);
      const third = await runOn(fake, phases(), { lock });
      expect(ofType(third.events, 'step.started'), `boundary ${boundary}`).toEqual([]);
    }
    tallies.set(name, { boundaries: boundary - 1, unharmed });
    expect(boundary).toBeGreaterThan(fewest);
  });
});

describe('when a host is dropped for good', () => {
  it('the others reach their end state, in the same run or the next, unless they need that host', async () => {
    const wanted = await undisturbedState();
    let unharmed = 0;
    let boundary = 1;
    for (; ; boundary++) {
      const fault = { when: 'before', strike: dropHost } as const;
      const { fake, host, outcome } = await disturb(boundary, fault, { maxFailures: 1 });
      if (host === undefined) break;
      // One that did not get to its end yet is told apart from one that cannot.
      const again = await runOn(fake, phases(), { lock, maxFailures: 1 });
      const failed = again.hosts.filter(({ error }) => error !== undefined).map((one) => one.host);
      expect(failed, `boundary ${boundary}`).toEqual([host]);
      expect(again.exitCode).toBe(4);
      if (host === 'm1') continue;
      if (outcome.hosts.every((one) => one.host === host || one.skipped + one.failed === 0)) unharmed += 1;
      const others = (all: readonly MachineState[]) =>
        all
          .filter((one) => one.name !== host)
          .map((one) => ({ ...one, members: one.members.filter((member) => member !== host) }));
      expect(others(stateOf(fake)), `boundary ${boundary}`).toEqual(others(wanted));
    }
    tallies.set('a host is dropped for good', { boundaries: boundary - 1, unharmed });
    expect(boundary).toBeGreaterThan(fewest);
  });
});
