// How long a host has to end a command: a connection that is made for that takes its own time.
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Machine, ShellProcess } from '../../../../src/transport/shell/shell-process.ts';
import { runKillProgram } from '../../../../src/transport/shell/stop-command.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** In so many seconds. */
async function after<Value>(seconds: number, value: Value): Promise<Value> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000, value));
}

/** A shell whose program ends after so many seconds. */
function killer(seconds: number): ShellProcess {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  return { ...streams, exited: after(seconds, { code: 0 }), close: () => undefined };
}

async function isEnded(machine: Pick<Machine, 'start' | 'startApart'>): Promise<boolean> {
  const whole: Machine = {
    name: 'm1',
    connections: () => 1,
    lossReason: () => undefined,
    close: async () => undefined,
    ...machine,
  };
  const ended = runKillProgram(whole, { pid: 77 });
  await vi.runAllTimersAsync();
  return ended;
}

const refused = async (): Promise<ShellProcess> => Promise.reject(new Error('no second session'));

it('waits for a connection of its own as long as that may take, and then for the program', async () => {
  const startApart = async () => {
    await after(25, undefined);
    return killer(10);
  };
  expect(await isEnded({ start: refused, startApart })).toBe(true);
});

it.each([
  ['a second shell', { start: async () => after(16, killer(1)) }],
  ['the program', { start: async () => killer(16) }],
  ['the program in a connection of its own', { start: refused, startApart: async () => killer(16) }],
])('gives up on a host that takes too long for %s', async (_, machine) => {
  expect(await isEnded(machine)).toBe(false);
});

it('gives up where there is no second shell', async () => {
  expect(await isEnded({ start: refused })).toBe(false);
});
