// The Host port over a shell that does what the test says: order, restarts, deadlines, counters.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { script } from '../../../../src/core/command.ts';
import { Secret } from '../../../../src/core/secret.ts';
import { ShellHost } from '../../../../src/transport/shell/shell-host.ts';
import { fakeMachine, type FakeMachine, type FakeShell } from '../../../support/fake-shell.ts';

function open(machine: FakeMachine, become = false): ShellHost {
  return new ShellHost({ machine, become, startTimeoutMs: 1000 });
}

/** The shell that was started as number `index`, once it has got so many requests. */
function shellAt(machine: FakeMachine, index: number, requests: number): Promise<FakeShell> {
  return vi.waitFor(
    () => {
      const shell = machine.shells[index];
      if (shell === undefined || shell.requests.length < requests)
        throw new Error(`shell ${index} did not get ${requests} requests`);
      return shell;
    },
    { interval: 1, timeout: 5000 },
  );
}

describe('ShellHost.run', () => {
  it('sends requests without waiting for answers, and counts them as one round trip', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const results = Promise.all(['a', 'b', 'c'].map((text) => host.run({ command: script(text) })));
    const shell = await shellAt(machine, 0, 3);
    expect(shell.requests.map(({ command }) => command)).toEqual(['a', 'b', 'c']);
    for (const { id, command } of shell.requests) shell.answer(id, `${command}!`, id);
    expect((await results).map(({ stdout, exitCode }) => [stdout, exitCode])).toEqual([
      ['a!', 1],
      ['b!', 2],
      ['c!', 3],
    ]);
    expect(host.statistics()).toEqual({ connections: 1, requests: 3, roundTrips: 1 });
  });

  it('counts a request after an answer as a new round trip', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    for (const id of [1, 2]) {
      const result = host.run({ command: script('a') });
      (await shellAt(machine, 0, id)).answer(id, '');
      await result;
    }
    expect(host.statistics()).toEqual({ connections: 1, requests: 2, roundTrips: 2 });
  });

  it('waits for both streams', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const result = host.run({ command: script('a') });
    const shell = await shellAt(machine, 0, 1);
    shell.begin(1);
    shell.output('out', 'err');
    shell.end(1);
    expect(await result).toMatchObject({ stdout: 'out', stderr: 'err' });
  });

  it('joins UTF-8 that was cut in the middle', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const result = host.run({ command: script('a') });
    const shell = await shellAt(machine, 0, 1);
    shell.begin(1);
    for (const byte of Buffer.from('é€')) shell.output(Buffer.from([byte]));
    shell.end(1);
    expect(await result).toMatchObject({ stdout: 'é€' });
  });

  it('reveals a secret only to the shell', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    void host.run({ command: script('cat'), stdin: new Secret('s3cret', 'password') });
    const shell = await shellAt(machine, 0, 1);
    expect(shell.requests[0]?.stdin.toString()).toBe('s3cret');
  });
});

describe('a shell that dies', () => {
  it('rejects the request that ran, hands those behind it to a new shell, and serves the next', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const results = Promise.allSettled(['a', 'b', 'c'].map((text) => host.run({ command: script(text) })));
    const first = await shellAt(machine, 0, 3);
    first.begin(1);
    first.output('half');
    first.die();
    const second = await shellAt(machine, 1, 2);
    expect(second.requests.map(({ command }) => command)).toEqual(['b', 'c']);
    second.answer(1, 'B');
    second.answer(2, 'C');
    expect(await results).toMatchObject([
      {
        status: 'rejected',
        reason: {
          code: 'connect.lost',
          message: expect.stringContaining('while a command was running') as string,
        },
      },
      { status: 'fulfilled', value: { stdout: 'B' } },
      { status: 'fulfilled', value: { stdout: 'C' } },
    ]);
  });

  it('does not hand a request to a third shell', async () => {
    const machine = fakeMachine((shell) => {
      shell.hello();
      setImmediate(() => {
        shell.die();
      });
    });
    await expect(open(machine).run({ command: script('a') })).rejects.toMatchObject({ code: 'connect.lost' });
    expect(machine.shells).toHaveLength(2);
  });

  it('is not replaced behind the back of requests when the connection is lost', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const results = Promise.allSettled(['a', 'b'].map((text) => host.run({ command: script(text) })));
    const shell = await shellAt(machine, 0, 2);
    shell.begin(1);
    machine.lose(new Error('Keepalive timeout'));
    expect(await results).toMatchObject([
      {
        reason: {
          code: 'connect.lost',
          message: 'node1: the connection was lost while a command was running: Keepalive timeout',
        },
      },
      {
        reason: {
          code: 'connect.lost',
          message: expect.stringContaining('before the command began') as string,
        },
      },
    ]);
  });
});

describe('a shell that does not start', () => {
  it('shows what sudo said', async () => {
    const machine = fakeMachine((shell) => {
      shell.output('', 'sudo: a password is required\n');
      shell.die({ code: 1 });
    });
    await expect(open(machine, true).open()).rejects.toMatchObject({
      code: 'connect.sudo',
      detail: 'sudo: a password is required',
    });
  });

  it('shows what the login shell said', async () => {
    const machine = fakeMachine((shell) => {
      shell.output('This account is not available.\n');
      shell.die({ code: 1 });
    });
    await expect(open(machine).open()).rejects.toMatchObject({
      code: 'connect.shell',
      detail: 'This account is not available.',
    });
  });

  it('is given up after the deadline', async () => {
    const machine = fakeMachine(() => undefined);
    const host = new ShellHost({ machine, become: false, startTimeoutMs: 20 });
    await expect(host.open()).rejects.toMatchObject({ code: 'connect.timeout' });
  });
});

describe('deadlines and interruptions', () => {
  it('kills a command that takes too long, and runs those behind it in a new shell', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const late = host.run({ command: script('a'), timeoutMs: 20 });
    const next = host.run({ command: script('b') });
    const first = await shellAt(machine, 0, 2);
    first.begin(1);
    await expect(late).rejects.toMatchObject({ code: 'command.timeout' });
    expect(machine.kills).toEqual([77]);
    (await shellAt(machine, 1, 1)).answer(1, 'B');
    expect(await next).toMatchObject({ stdout: 'B' });
  });

  it('kills a shell that begins no command, and runs nothing of what it was sent a second time', async () => {
    const machine = fakeMachine();
    const host = new ShellHost({ machine, become: false, startTimeoutMs: 1000, silenceMs: 50 });
    const results = ['a', 'b'].map((text) => host.run({ command: script(text) }));
    for (const result of await Promise.allSettled(results))
      expect(result).toMatchObject({
        reason: {
          code: 'connect.lost',
          message: expect.stringContaining('its shell does not answer any more') as string,
        },
      });
    expect(machine.kills).toEqual([77]);
    const next = host.run({ command: script('c') });
    const shell = await shellAt(machine, 1, 1);
    expect(shell.requests.map(({ command }) => command)).toEqual(['c']);
    shell.answer(1, 'yes');
    expect(await next).toMatchObject({ stdout: 'yes' });
  });

  it('gives a command that waits behind a long one all the time that it needs', async () => {
    const machine = fakeMachine();
    const host = new ShellHost({ machine, become: false, startTimeoutMs: 1000, silenceMs: 500 });
    const results = Promise.all(['long', 'behind'].map((text) => host.run({ command: script(text) })));
    const shell = await shellAt(machine, 0, 2);
    shell.begin(1);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    shell.end(1);
    shell.answer(2, 'yes');
    expect(await results).toMatchObject([{}, { stdout: 'yes' }]);
    expect(machine.kills).toEqual([]);
  });

  it('counts the time from when the command starts', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const result = host.run({ command: script('a'), timeoutMs: 30 });
    const shell = await shellAt(machine, 0, 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    shell.answer(1, 'A');
    expect(await result).toMatchObject({ stdout: 'A' });
  });

  it('kills a command that is interrupted', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const controller = new AbortController();
    const result = host.run({ command: script('a'), signal: controller.signal });
    (await shellAt(machine, 0, 1)).begin(1);
    await turn();
    controller.abort(new Error('stop'));
    await expect(result).rejects.toMatchObject({ code: 'interrupted' });
    expect(machine.kills).toEqual([77]);
  });

  it('kills at once when all that was sent is interrupted', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const controller = new AbortController();
    const { signal } = controller;
    const results = Promise.allSettled(['a', 'b'].map((text) => host.run({ command: script(text), signal })));
    (await shellAt(machine, 0, 2)).begin(1);
    await turn();
    controller.abort();
    expect(await results).toMatchObject([
      { reason: { code: 'interrupted' } },
      { reason: { code: 'interrupted' } },
    ]);
    expect(machine.shells).toHaveLength(1);
  });

  it('stops an interrupted request that waits behind another when it begins', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const controller = new AbortController();
    const first = host.run({ command: script('a') });
    const second = host.run({ command: script('b'), signal: controller.signal });
    const shell = await shellAt(machine, 0, 2);
    shell.begin(1);
    controller.abort();
    await turn();
    expect(machine.kills).toEqual([]);
    shell.output('A');
    shell.end(1);
    shell.begin(2);
    expect(await first).toMatchObject({ stdout: 'A' });
    await expect(second).rejects.toMatchObject({ code: 'interrupted' });
    expect(machine.kills).toEqual([77]);
  });

  it('keeps the place of an interrupted request that was not sent, for one that depends on it', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const controller = new AbortController();
    const { signal } = controller;
    const interrupted = host.run({ command: script('a'), stdin: 'secret', signal });
    const dependent = host.run({ command: script('b'), onlyAfterSuccess: true });
    controller.abort();
    await expect(interrupted).rejects.toMatchObject({ code: 'interrupted' });
    const shell = await shellAt(machine, 0, 2);
    expect(shell.requests.map(({ command, stdin }) => [command, stdin.toString()])).toEqual([
      ['exit 125', ''],
      ['b', ''],
    ]);
    shell.answer(1, '', 125);
    shell.answer(2, '', 125);
    expect(await dependent).toMatchObject({ exitCode: 125 });
    expect(machine.kills).toEqual([]);
  });

  it('counts a request with an aborted signal as a failure for the one that depends on it', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    void host.run({ command: script('a') });
    await expect(host.run({ command: script('b'), signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'interrupted',
    });
    void host.run({ command: script('c'), onlyAfterSuccess: true });
    const { requests } = await shellAt(machine, 0, 3);
    expect(requests.map(({ command }) => command)).toEqual(['a', 'exit 125', 'c']);
  });

  it('sends nothing for a signal that is aborted already', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    await expect(host.run({ command: script('a'), signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(host.statistics().requests).toBe(0);
  });
});

describe('ShellHost.upload', () => {
  const directory = mkdtempSync(join(tmpdir(), 'shell-host-'));
  const localPath = join(directory, 'file');
  writeFileSync(localPath, Buffer.alloc(600_000, 7));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('sends the file as stdin of a command with a quoted path, and reports progress', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    const seen: number[] = [];
    const done = host.upload({
      localPath,
      path: "/tmp/it's",
      mode: 0o750,
      onProgress: (bytes) => seen.push(bytes),
    });
    const shell = await shellAt(machine, 0, 1);
    expect(shell.requests[0]?.command).toBe(
      String.raw`umask 077; cat >'/tmp/it'\''s' && chmod 750 '/tmp/it'\''s'`,
    );
    expect(shell.requests[0]?.stdin.equals(Buffer.alloc(600_000, 7))).toBe(true);
    shell.answer(1, '');
    await done;
    expect(seen.at(-1)).toBe(600_000);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('keeps its place among other requests', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    void host.run({ command: script('before') });
    void host.upload({ localPath, path: '/x', mode: 0o644 });
    void host.run({ command: script('after'), onlyAfterSuccess: true });
    const { requests } = await shellAt(machine, 0, 3);
    expect(requests.map(({ command }) => command.split(' ')[0])).toEqual(['before', 'umask', 'after']);
  });

  it('rejects with what the host said', async () => {
    const machine = fakeMachine();
    const done = open(machine).upload({ localPath, path: '/x', mode: 0o644 });
    const shell = await shellAt(machine, 0, 1);
    shell.begin(1);
    shell.output('', 'cat: write error: No space left on device\n');
    shell.end(1, 1);
    await expect(done).rejects.toMatchObject({
      code: 'command.failed',
      message: 'writing /x on node1 failed with exit code 1',
      detail: 'cat: write error: No space left on device',
    });
  });

  it('says when the local file cannot be read', async () => {
    const upload = open(fakeMachine()).upload({
      localPath: join(directory, 'absent'),
      path: '/x',
      mode: 0o644,
    });
    await expect(upload).rejects.toMatchObject({ code: 'file.unreadable' });
  });
});

describe('ShellHost.close', () => {
  it('refuses requests afterwards', async () => {
    const machine = fakeMachine();
    const host = open(machine);
    await host.open();
    await host.close();
    expect(machine.shells[0]?.closed).toBe(true);
    await expect(host.run({ command: script('a') })).rejects.toMatchObject({ code: 'connect.lost' });
  });
});
