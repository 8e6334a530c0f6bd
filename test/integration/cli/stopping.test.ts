// Two runs at a time, Ctrl-C, and a run that is killed: exit codes 8 and 130, with the built program and a real sshd.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startCliWorld, type CliWorld } from '../../support/cli-world.ts';
import { LiveProgram, type Ended } from '../../support/live-program.ts';
import { program } from '../../support/program.ts';

// Many starts of a program, on machines that may be busy.
vi.setConfig({ testTimeout: 240_000 });

let world: CliWorld;

beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(async () => {
  await world.stop();
});
beforeEach(() => {
  for (const name of ['active', 'enabled', 'started', 'calls', 'slow', 'out']) {
    rmSync(world.path(name), { recursive: true, force: true });
  }
});

/** Starts a service, which takes a while, then writes a file. */
function slowRun(): readonly string[] {
  const playbook = world.playbook('slow', [
    { name: 'Start it', op: 'unit.running', with: { unit: world.unit } },
    { name: 'Write behind it', op: 'file.present', with: { path: world.path('out/behind'), content: 'x' } },
  ]);
  return ['run', playbook, '-i', world.inventory('slow'), '--output', 'plain'];
}

/** Starts the slow run and waits until its slow step is under way. */
async function started(seconds: number): Promise<LiveProgram> {
  world.slow(seconds);
  const live = new LiveProgram(slowRun());
  for (let tries = 0; !world.calls().includes('restart'); tries++) {
    if (tries > 400) throw new Error(`the step did not begin: ${(await live.ended).stderr}`);
    await sleep(50);
  }
  return live;
}

async function timed(live: LiveProgram): Promise<Ended & { readonly seconds: number }> {
  const from = performance.now();
  const ended = await live.ended;
  return { ...ended, seconds: (performance.now() - from) / 1000 };
}

/** Runs it again until nobody holds the lock any more; gives the result and the seconds that took. */
async function whenFree(): Promise<{ readonly exitCode: number | undefined; readonly seconds: number }> {
  const from = performance.now();
  for (;;) {
    const { exitCode } = await program(...slowRun());
    const seconds = (performance.now() - from) / 1000;
    if (exitCode !== 8 || seconds > 60) return { exitCode, seconds };
  }
}

describe('a second run on the same cluster', () => {
  it('ends with 8 and names holder, host, command and age; plans are not kept out', async () => {
    const first = await started(20);
    await sleep(1100);
    const second = await program(...slowRun());
    expect(second.exitCode, second.stderr).toBe(8);
    expect(second.stderr).toMatch(/error n1: the cluster \S+ is locked by "run" of /);
    expect(second.stderr).toContain(`of ${userInfo().username}@${hostname()}, for `);
    expect(second.stderr).toMatch(/for [1-9]\d* s \[lock\.held\]/);
    expect((await program(...slowRun(), '--dry-run')).exitCode).toBe(2);
    expect((await first.ended).exitCode).toBe(0);
    expect(world.calls().filter((call) => call === 'restart')).toHaveLength(1);
    expect((await program(...slowRun())).exitCode).toBe(0);
  });

  it('goes on when the first was killed with -9', async () => {
    const first = await started(1);
    first.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const { exitCode } = await whenFree();
    expect(exitCode).toBe(0);
    expect(readFileSync(world.path('out/behind'), 'utf8')).toBe('x');
  });
});

describe('Ctrl-C', () => {
  it('lets the running step end, starts no other, frees the lock and exits with 130', async () => {
    const live = await started(3);
    live.kill('SIGINT');
    const { exitCode, stderr, seconds } = await timed(live);
    expect(exitCode).toBe(130);
    expect(seconds).toBeGreaterThan(1);
    expect(stderr).toContain('Stopping: running steps end first.');
    expect(stderr).toContain(`n1: start ${world.unit} (`);
    expect(existsSync(world.path('active'))).toBe(true);
    expect(existsSync(world.path('out/behind'))).toBe(false);
    rmSync(world.path('slow'));
    expect((await program(...slowRun())).exitCode).toBe(0);
  });

  it('twice ends what runs there, says so, prints the summary, and frees the lock', async () => {
    const live = await started(100);
    live.kill('SIGINT');
    await live.says('Stopping');
    live.kill('SIGINT');
    const { exitCode, seconds, stderr, stdout } = await timed(live);
    expect(exitCode).toBe(130);
    // The step sleeps for 100.
    expect(seconds).toBeLessThan(60);
    expect(stderr).toContain('Stopping at once: what runs on the hosts is ended.');
    expect(stderr).toContain(`warning n1: "start ${world.unit}" was ended in the middle`);
    expect(stdout).toMatch(/^n1 +changed 0 /m);
    writeFileSync(world.path('slow'), '0');
    const next = await whenFree();
    expect(next.exitCode).toBe(0);
    expect(next.seconds).toBeLessThan(60);
    expect(readFileSync(world.path('out/behind'), 'utf8')).toBe('x');
  });

  it('before anything was connected ends at once', async () => {
    const live = new LiveProgram([...slowRun(), '--output', 'json'], {
      onLine: (line, program) => {
        if (line.includes('host.connecting')) program.kill('SIGTERM');
      },
    });
    const { exitCode } = await live.ended;
    expect(exitCode).toBe(130);
    expect(world.calls()).toEqual([]);
  });
});
