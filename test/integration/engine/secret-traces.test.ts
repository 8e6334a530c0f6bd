// Secrets of steps leave no trace on a host but the files that they are meant for: looked for in all processes, all the time.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { cmd, script } from '../../../src/core/command.ts';
import type { Host } from '../../../src/core/host.ts';
import { Secret } from '../../../src/core/secret.ts';
import { run } from '../../../src/engine/run.ts';
import { filePresent } from '../../../src/operations/files/file-present.ts';
import { defineOperation, type Operation } from '../../../src/operations/operation.ts';
import type { BoundTask } from '../../../src/playbook/task.ts';
import { openSshHost } from '../../../src/transport/connection/ssh-host.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

const folder = mkdtempSync(join(tmpdir(), 'secret-traces-'));
// Put together at run time, so that no process has it in its source.
const canary = ['canary', String(process.pid), 'secret'].join('-');

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sshd.stop();
});

/** Reads its stdin slowly, prints it where all see it, and fails. */
const talkative = defineOperation({
  name: 'test.talkative',
  summary: 'Prints what it is given.',
  args: z.custom<Secret>(),
  example: '',
  needs: () => [],
  plan: (stdin) => ({
    steps: [{ kind: 'exec', title: 'talk', command: script('sleep 1; cat >&2; exit 1'), stdin }],
  }),
});

function task(name: string, operation: Operation, args: unknown): BoundTask {
  return { name, operation, serial: false, waitMs: 0, hosts: [{ host: 'n1', args }] };
}

/** How many processes there are, and what of their arguments and environments has the canary. */
function processes(): { readonly count: number; readonly guilty: readonly string[] } {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const texts = ids.flatMap((id) => ['cmdline', 'environ'].map((file) => procFile(id, file)));
  return { count: ids.length, guilty: texts.filter((text) => text.includes(canary)) };
}

/** A process may end at any time. */
function procFile(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

it('stand in no argument, no environment, no event and no error, and in a file for its owner alone', async () => {
  const hosts: Host[] = [];
  const events: string[] = [];
  const guilty: string[] = [];
  let samples = 0;
  const path = join(folder, 'token');
  const args = filePresent.args.parse({ path, content: new Secret(`${canary}\n`, 'token'), mode: '0600' });
  const tasks = [
    task('Write it', filePresent, args),
    task('Talk', talkative, new Secret(`${canary} again`, 'token')),
  ];
  const sampler = setInterval(() => {
    samples += 1;
    guilty.push(...processes().guilty);
  }, 10);
  const { exitCode, errors } = await run(
    { command: 'up', cluster: 'lab', hosts: ['n1'], phases: [{ name: 'one', title: 'One', tasks }] },
    {
      mode: 'apply',
      connector: {
        connect: async () => {
          const host = await openSshHost(sshd.target({}), sshd.environment);
          hosts.push(host);
          return host;
        },
      },
      sink: (event) => events.push(JSON.stringify(event)),
    },
  );
  clearInterval(sampler);
  const [error] = errors;
  const log = readFileSync(join(sshd.directory, 'log'), 'utf8');
  await Promise.all(hosts.map((host) => host.close()));

  expect(exitCode).not.toBe(0);
  expect(error?.detail).toBe('********');
  expect(samples).toBeGreaterThan(20);
  expect(guilty).toEqual([]);
  expect(events.join('\n')).not.toContain(canary);
  expect(log).not.toContain(canary);
  expect(readFileSync(path, 'utf8')).toBe(`${canary}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['token']);
});

it('would be seen in an argument', async () => {
  const host = await openSshHost(sshd.target({}), sshd.environment);
  const running = host.run({ command: cmd`sh -c ${'sleep 1; :'} ${canary}` });
  await expect.poll(() => processes().guilty.length, { timeout: 5000, interval: 20 }).toBeGreaterThan(0);
  await running;
  await host.close();
});
