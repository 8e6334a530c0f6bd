// Machines that cannot carry a lab, each lacking one thing for real: one error in seconds, nothing built, nothing left.
import { execFileSync } from 'node:child_process';
import { accessSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { machineStages } from '../../../src/cli/lab-stages.ts';
import { parseAttempts } from '../../../src/lab/machine-checks/attempts.ts';
import { machineCheckStage } from '../../../src/lab/machine-checks/stage.ts';
import { compileCheck, systemCallWay } from '../../../src/lab/machine-checks/user-mode.ts';
import { newestVersion } from '../../../src/lab/bundle/versions.ts';
import { groupPlaces } from '../../../src/lab/machine/memory-groups.ts';
import { defaultKind } from '../../../src/lab/node-kind.ts';
import { runProgram } from '../../../src/local/programs/program.ts';
import { pretendImage } from '../../support/lab-images.ts';
import { labName, lackingUp, type LackingUp } from '../../support/lab-up.ts';
import { freePort } from '../../support/sshd.ts';

// The first stage of `lab up` may have packages to install.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 15 * 60_000 });

const request = { name: labName, controlPlanes: 1, workers: 1 };
const { signal } = new AbortController();
const quiet = (): void => undefined;
let directory = '';
let deny = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'machine-checks-'));
  await machineStages(request, quiet)[0]?.run(quiet, signal);
  deny = join(directory, 'deny');
  const source = fileURLToPath(new URL('../../support/deny.c', import.meta.url));
  execFileSync('gcc', ['-o', deny, source]);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain(labName);
});

/** Numbers of system calls on x86-64. */
const calls = { ptrace: 101, seccomp: 317, unshare: 272, mount: 165 };

/** One error with its detail and its hint, told before anything was built. */
function expectRefusal(run: LackingUp, message: string, detail = '', hint = 'hint: '): void {
  expect(run.exitCode, run.stderr).toBe(5);
  expect(run.stderr).toContain(message);
  expect(run.stderr).toContain(detail);
  expect(run.stderr).toContain(hint);
  expect(run.stderr.match(/\[(lab\.unsupported|preflight\.failed)\]/g)).toHaveLength(1);
  expect(run.left).toBe('');
  expect(run.seconds).toBeLessThan(25);
}

describe('system calls of the nodes', () => {
  it('are denied both ways', async () => {
    const run = await lackingUp({ before: [deny, `${calls.ptrace},${calls.seccomp}`] });
    const seen = 'seccomp: to install a filter: Operation not permitted';
    expectRefusal(run, 'this machine allows neither seccomp nor ptrace', seen, '--cap-add SYS_PTRACE');
    expect(run.stderr).toContain('ptrace: PTRACE_TRACEME: Operation not permitted');
  });

  it.each([
    ['seccomp', calls.ptrace],
    ['ptrace', calls.seccomp],
  ])('go by %s where the other way is denied', async (way, denied) => {
    const program = await compileCheck(directory, signal);
    const output = await runProgram(deny, [String(denied), program], { signal });
    expect(systemCallWay(parseAttempts(output))).toBe(way);
  });
});

describe("root's rights", () => {
  it.each([
    ['unshare', 'unshare failed: Operation not permitted'],
    ['mount', 'cannot change root filesystem propagation'],
  ] as const)('do not include the system call %s', async (name, seen) => {
    const run = await lackingUp({ before: [deny, String(calls[name])] });
    expectRefusal(run, 'root may not make mount and network namespaces here', seen, '--privileged');
  });

  it.each(['net_admin', 'sys_admin'])('lack the capability %s', async (name) => {
    const run = await lackingUp({ before: ['setpriv', `--bounding-set=-${name}`] });
    expectRefusal(run, 'root may not make network namespaces here', '', '--privileged');
  });

  it('do not include tap devices', async () => {
    const run = await lackingUp({ prepare: 'mount --bind /dev/null /dev/net/tun' });
    expectRefusal(run, 'root may not make a tap device here', 'ioctl', 'module tun');
  });

  it('do not include settings of the network', async () => {
    const prepare = 'mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys';
    const run = await lackingUp({ prepare });
    const message = "root may not change a network namespace's settings here";
    expectRefusal(run, message, 'Read-only file system', '/proc/sys must be writable');
  });
});

describe('room', () => {
  it.each(['cache', 'state'])('is too small for the %s', async (name) => {
    const run = await lackingUp({ prepare: `mount -t tmpfs -o size=100m small "$${name}"` });
    const needed = name === 'cache' ? '\\d+' : '3000';
    expect(run.stderr).toMatch(
      new RegExp(`needs ${needed} MiB of disk space for /\\S+/${name}/\\S+, and 100 MiB are free there`),
    );
    expectRefusal(run, 'MiB of disk space', '', `XDG_${name.toUpperCase()}_HOME`);
  });

  it('is too small for both', async () => {
    const run = await lackingUp({ prepare: 'mount -o remount,size=100m "$here"' });
    expectRefusal(run, 'cache/ipvs-bootstrap and ', '', 'XDG_CACHE_HOME');
  });

  it.each(['cache', 'state'])('may not be written to, for the %s', async (name) => {
    const run = await lackingUp({ prepare: `mount -t tmpfs -o size=20g,ro closed "$${name}"` });
    expectRefusal(
      run,
      'the lab cannot write to /',
      'Read-only file system',
      `set XDG_${name.toUpperCase()}_HOME`,
    );
  });

  it.each(['cache', 'state'])('may not hold programs, for the %s', async (name) => {
    const run = await lackingUp({ prepare: `mount -t tmpfs -o size=20g,noexec closed "$${name}"` });
    expectRefusal(run, 'the lab cannot start programs that lie in /', 'EACCES', 'noexec');
  });

  it('of memory is limited by the control group', async () => {
    const text = (path: string) => execFileSync('cat', [path], { encoding: 'utf8' });
    const limits = groupPlaces(text('/proc/self/cgroup'), text('/proc/self/mountinfo'))
      .map(({ version, directory: group }) =>
        join(group, version === 2 ? 'memory.max' : 'memory.limit_in_bytes'),
      )
      .filter(isThere);
    const prepare = `echo ${2 ** 30} >"$here/limit"; mount --bind "$here/limit" '${limits[0] ?? ''}'`;
    const run = await lackingUp({ prepare });
    expectRefusal(run, 'left of its limit of 1024 MiB', 'cgroup', '--worker-memory (at least 768)');
  });
});

describe("Debian's mirror", () => {
  /** A copy of /etc/apt with that mirror only, and without a proxy. */
  const mirror = (address: string): string => {
    const sources = join(directory, 'debian.sources');
    const paragraph = `Types: deb\nURIs: ${address}\nSuites: bookworm bookworm-updates\nComponents: main\n`;
    writeFileSync(sources, paragraph);
    return [
      'cp -r /etc/apt "$here/apt"',
      'rm -rf "$here"/apt/sources.list*',
      'mkdir "$here/apt/sources.list.d"',
      `cp '${sources}' "$here/apt/sources.list.d"`,
      `echo 'Acquire::http::Proxy "DIRECT";' >"$here/apt/apt.conf.d/zz-lacking"`,
      'mount --bind "$here/apt" /etc/apt',
    ].join('\n');
  };
  const expectUnreachable = async (address: string, seen: string): Promise<void> => {
    const run = await lackingUp({ prepare: mirror(address) });
    expectRefusal(run, `Debian's packages cannot be fetched from ${address}`, seen, 'Acquire::http::Proxy');
  };
  const listening = async (server: Server, use: (address: string) => Promise<void>): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`);
    } finally {
      server.close();
    }
  };

  it('refuses', async () => {
    await expectUnreachable(`http://127.0.0.1:${await freePort()}/debian`, 'Connection refused');
  });

  it('has no address', async () => {
    await expectUnreachable('http://mirror.invalid/debian', 'mirror.invalid');
  });

  it('says nothing', async () => {
    const silent = createServer((socket) => {
      socket.on('error', quiet);
    });
    await listening(silent, async (address) => expectUnreachable(address, 'no answer within 15 s'));
  });

  it('is somebody else, as behind the login page of a network', async () => {
    const page = createHttpServer((_, response) => response.end('<html>Log in</html>\n'));
    await listening(page, async (address) => expectUnreachable(address, 'InRelease'));
  });

  it('is asked before packages of this machine are installed', async () => {
    const programs = join(directory, 'programs');
    mkdirSync(programs);
    writeFileSync(join(programs, 'dpkg-query'), '#!/bin/sh\n', { mode: 0o755 });
    const address = `http://127.0.0.1:${await freePort()}/debian`;
    const path = `PATH=${programs}:${process.env['PATH'] ?? ''}`;
    const run = await lackingUp({ prepare: mirror(address), before: ['env', path] });
    expectRefusal(run, `Debian's packages cannot be fetched from ${address}`, 'Connection refused');
    expect(run.stderr).toContain('These Debian packages are missing');
  });
});

it('finds nothing wrong with this machine, in a moment', async () => {
  vi.stubEnv('XDG_CACHE_HOME', directory);
  vi.stubEnv('XDG_STATE_HOME', directory);
  // With something to boot from, the mirrors do not matter.
  const entries = await pretendImage(join(directory, 'ipvs-bootstrap'), defaultKind, newestVersion);
  try {
    const started = performance.now();
    expect(await machineCheckStage(request).run(quiet, signal)).toMatch(/^(seccomp|ptrace only, slower)$/);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(readdirSync(join(directory, 'ipvs-bootstrap'))).toEqual(entries);
  } finally {
    vi.unstubAllEnvs();
  }
});

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
