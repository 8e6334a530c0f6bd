// Running programs: output, failures, and that an abort ends everything that was started.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { processTree } from '../../../../src/local/programs/process-tree.ts';
import { runProgram } from '../../../../src/local/programs/program.ts';

describe('runProgram', () => {
  it('returns standard output and reports every line of both streams', async () => {
    const lines: string[] = [];
    const script = 'echo one; echo two >&2; printf three';
    const output = await runProgram('sh', ['-c', script], { report: (line) => lines.push(line) });
    expect(output).toBe('one\nthree');
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
  });

  it('passes input, environment and directory on', async () => {
    const options = { input: 'in', env: { WORD: 'out' }, cwd: '/usr' };
    expect(await runProgram('sh', ['-c', 'cat; echo $WORD; pwd'], options)).toBe('inout\n/usr');
  });

  it('finds administration programs whatever the user’s path', async () => {
    const path = await runProgram('sh', ['-c', 'echo $PATH'], { env: { PATH: '/usr/bin:/bin' } });
    expect(path).toBe('/usr/bin:/bin:/usr/sbin:/sbin');
  });

  it('tells what a failed program said last', async () => {
    await expect(runProgram('sh', ['-c', 'echo disk full >&2; exit 3'])).rejects.toMatchObject({
      code: 'command.failed',
      message: 'sh failed (exit status 3)',
      detail: expect.stringContaining('disk full') as string,
    });
  });

  it('tells that also when it printed much to standard output', async () => {
    const script = 'echo no room >&2; seq 100; exit 1';
    await expect(runProgram('sh', ['-c', script])).rejects.toMatchObject({
      detail: expect.stringMatching(/\nno room$/) as string,
    });
  });

  it('tells a program that is not there from one that failed', async () => {
    await expect(runProgram('no-such-program', [])).rejects.toMatchObject({
      code: 'command.failed',
      message: 'the program no-such-program is not installed',
    });
  });

  it('starts nothing once it is interrupted', async () => {
    const signal = AbortSignal.abort();
    await expect(runProgram('true', [], { signal })).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('ends the program and what it started when it is interrupted', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'program-'));
    try {
      const file = join(directory, 'pid');
      const controller = new AbortController();
      const script = `sh -c 'echo $$ >${file}; exec sleep 60' & wait`;
      const running = runProgram('sh', ['-c', script], { signal: controller.signal });
      const grandchild = await waitForNumber(file);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'interrupted' });
      await expect.poll(() => isRunning(grandchild)).toBe(false);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('processTree', () => {
  it('begins with the process itself', async () => {
    expect((await processTree(process.pid))[0]).toBe(process.pid);
  });
});

async function waitForNumber(file: string): Promise<number> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
    await sleep(10);
  }
}

/** A process that has ended but was not waited for yet, a zombie, does not run. */
async function isRunning(processId: number): Promise<boolean> {
  const stat = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
}
