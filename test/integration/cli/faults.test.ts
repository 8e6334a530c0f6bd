// A real run over a real sshd, disturbed at every event it tells of: the next run reaches the end all the same.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunResult } from '../../../src/engine/run-request.ts';
import { startCliWorld, type CliWorld } from '../../support/cli-world.ts';
import { countedRun } from '../../support/counted-run.ts';
import { LiveProgram } from '../../support/live-program.ts';
import { program, tail } from '../../support/program.ts';
import { killSessions } from '../../support/sessions.ts';

// Many starts of a program, on machines that may be busy.
vi.setConfig({ testTimeout: 15 * 60_000 });

let world: CliWorld;
let playbook = '';
let inventory = '';

beforeAll(async () => {
  world = await startCliWorld();
  playbook = world.playbook('faults', [
    { name: 'Write two', op: 'file.present', with: { path: world.path('out/a b'), content: "it's\n" } },
    {
      name: 'Write more',
      op: 'file.present',
      with: { path: world.path('out/c'), content: 'c\n'.repeat(50_000) },
    },
    { name: 'Remove', op: 'file.absent', with: { path: world.path('out/old') } },
    {
      name: 'Run it',
      op: 'unit.running',
      with: { unit: world.unit, restartWhenNewer: [world.path('out/c')] },
    },
    { name: 'Write last', op: 'file.present', with: { path: world.path('out/last'), content: 'last\n' } },
  ]);
  inventory = world.inventory('faults');
});
afterAll(async () => {
  await world.stop();
});

/** As it was before any run. */
function begin(): void {
  for (const name of ['out', 'active', 'enabled', 'started', 'calls', 'slow']) {
    rmSync(world.path(name), { recursive: true, force: true });
  }
  rmSync(`/run/ipvs-bootstrap/${world.unit}.started`, { force: true });
}

/** What a run leaves, temporary files included. */
function state(): unknown {
  const out = world.path('out');
  const names = existsSync(out) ? readdirSync(out).toSorted() : [];
  return {
    files: names.map((name) => [name, readFileSync(`${out}/${name}`, 'utf8').length]),
    isActive: existsSync(world.path('active')),
    isEnabled: existsSync(world.path('enabled')),
  };
}

/** Runs it until nobody holds the lock any more: the shell of a run that was cut off ends within moments. */
async function nextRun(): Promise<RunResult> {
  for (;;) {
    const { result } = await countedRun(inventory, playbook);
    if (result.exitCode !== 8) return result;
  }
}

/** Runs once more, and checks that this is enough. */
async function expectToConverge(wanted: unknown, boundary: string): Promise<void> {
  const { errors } = await nextRun();
  expect(errors, boundary).toEqual([]);
  expect(state(), boundary).toEqual(wanted);
}

/** Remembers the n-th event of a run, and does something at it. */
class Boundary {
  /** The type of the event; undefined when it did not come to it. */
  event: string | undefined;
  readonly #number: number;
  readonly #strike: () => void;
  #count = 0;

  constructor(number: number, strike: () => void) {
    this.#number = number;
    this.#strike = strike;
  }

  see({ type }: { readonly type: string }): void {
    this.#count += 1;
    if (this.#count !== this.#number) return;
    this.event = type;
    this.#strike();
  }
}

async function killedAt(number: number): Promise<string | undefined> {
  const boundary = new Boundary(number, () => {
    live.kill('SIGKILL');
  });
  const live = new LiveProgram(['run', playbook, '-i', inventory, '--output', 'json'], {
    onLine: (line) => {
      boundary.see(JSON.parse(line) as { type: string });
    },
  });
  await live.ended;
  return boundary.event;
}

async function cutAt(number: number): Promise<string | undefined> {
  const boundary = new Boundary(number, () => {
    killSessions(world.sshd.pid);
  });
  await countedRun(inventory, playbook, (event) => {
    boundary.see(event);
  });
  return boundary.event;
}

async function undisturbed(): Promise<unknown> {
  begin();
  expect((await nextRun()).exitCode).toBe(0);
  return state();
}

/** Strikes at one event after the other; gives their types. */
async function strikeEverywhere(
  first: number,
  strike: (number: number) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const wanted = await undisturbed();
  const struck: string[] = [];
  for (let number = first; ; number++) {
    begin();
    const event = await strike(number);
    if (event === undefined) return struck;
    struck.push(event);
    await expectToConverge(wanted, `event ${number}, ${event}`);
  }
}

describe('the next run reaches the end', () => {
  it('when the program is killed with -9 at any event', async () => {
    const struck = await strikeEverywhere(1, killedAt);
    console.log(`${struck.length} boundaries passed with the program killed: ${struck.join(' ')}`);
    expect(struck.length).toBeGreaterThan(20);
  });

  it('when the session’s sshd is killed with -9 at any event', async () => {
    // Before the third there is no session.
    const struck = await strikeEverywhere(3, cutAt);
    console.log(`${struck.length} boundaries passed with the session cut: ${struck.join(' ')}`);
    expect(struck.length).toBeGreaterThan(20);
  });

  it('when a command hangs, which is stopped after --timeout', async () => {
    const wanted = await undisturbed();
    begin();
    world.slow(600);
    const from = performance.now();
    const hung = await program('run', playbook, '-i', inventory, '--timeout', '2s');
    expect(hung.exitCode, tail(hung)).toBe(6);
    expect(hung.stderr).toContain('[command.timeout]');
    expect(performance.now() - from).toBeLessThan(20_000);
    rmSync(world.path('slow'));
    await expectToConverge(wanted, 'after a command that hung');
  });

  it('when the disk was full', async () => {
    const wanted = await undisturbed();
    begin();
    // A name in the way is as good as a full disk: the file cannot be written.
    writeFileSync(world.path('out'), '');
    const full = await nextRun();
    expect(full.exitCode).toBe(6);
    rmSync(world.path('out'));
    await expectToConverge(wanted, 'after a disk that was full');
  });
});
