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

/** Everything that a run leaves on the machines. */
function stateOf(fake: FakeNetwork): unknown {
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

type Fault = (fake: FakeNetwork, host: string) => void;

const lost = (host: string) =>
  new BootstrapError('connect.lost', 'the connection was lost', { where: { host } });
const faults: Readonly<Record<string, { readonly when: keyof FaultPlan; readonly strike: Fault }>> = {
  'the connection is cut before a request': {
    when: 'before',
    strike: (_fake, host) => {
      throw lost(host);
    },
  },
  'the connection is cut before the answer': {
    when: 'after',
    strike: (_fake, host) => {
      throw lost(host);
    },
  },
  'the tool is killed before a request': { when: 'before', strike: killTool },
  'the tool is killed before the answer': { when: 'after', strike: killTool },
  'the command hangs': {
    when: 'before',
    strike: (_fake, host) => {
      throw new BootstrapError('command.timeout', 'no end after 10 min', { where: { host } });
    },
  },
  'the command hangs after its work': {
    when: 'after',
    strike: (_fake, host) => {
      throw new BootstrapError('command.timeout', 'no end after 10 min', { where: { host } });
    },
  },
  'the disk is full from here on': {
    when: 'before',
    strike: (fake, host) => {
      fake.machine(host).isDiskFull = true;
    },
  },
};

function killTool(fake: FakeNetwork, host: string): void {
  for (const connection of fake.connections) connection.lose(lost(connection.name));
  throw lost(host);
}

/** Runs with a fault at the n-th request of the run; says whether it came to that. */
async function disturb(fake: FakeNetwork, boundary: number, name: string): Promise<boolean> {
  let count = 0;
  const fault = faults[name];
  fake.faults = {
    [fault?.when ?? 'before']: (host: string) => {
      count += 1;
      if (count === boundary) fault?.strike(fake, host);
    },
  };
  await runOn(fake, phases(), { lock });
  fake.faults = {};
  for (const machine of fake.machines.values()) machine.isDiskFull = false;
  return count >= boundary;
}

const boundaries = new Map<string, number>();
afterAll(() => {
  const total = [...boundaries.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${total} boundaries passed: ${JSON.stringify(Object.fromEntries(boundaries))}`);
});

describe.each(Object.keys(faults))('when %s', (name) => {
  it('the next run reaches the end state of an undisturbed one, whichever request it was', async () => {
    const undisturbed = world();
    expect((await runOn(undisturbed, phases(), { lock })).exitCode).toBe(0);
    const wanted = stateOf(undisturbed);
    let boundary = 1;
    for (; ; boundary++) {
      const fake = world();
      if (!(await disturb(fake, boundary, name))) break;
      const again = await runOn(fake, phases(), { lock });
      expect(again.errors, `boundary ${boundary}`).toEqual([]);
      expect(stateOf(fake), `boundary ${boundary}`).toEqual(wanted);
      const third = await runOn(fake, phases(), { lock });
      expect(ofType(third.events, 'step.started'), `boundary ${boundary}`).toEqual([]);
    }
    boundaries.set(name, boundary - 1);
    // Fewer would mean that the loop does not reach what it should.
    expect(boundary).toBeGreaterThan(50);
  });
});
