// The resident loop in every kind of sh, on this machine.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cmd, script, sequence } from '../../../src/core/command.ts';
import { useHostProxies, type Host } from '../../../src/core/host.ts';
import { openLocalHost } from '../../../src/transport/local-host.ts';

const directory = mkdtempSync(join(tmpdir(), 'shells-'));
const applets = join(directory, 'applets');
// Busybox with nothing but its own programs, as on a small distribution.
mkdirSync(applets);
const installed = spawnSync('busybox', ['--install', '-s', applets]);
if (installed.status !== 0) throw new Error('busybox is missing: apt-get install busybox');
const onlyApplets = join(directory, 'only-applets');
writeFileSync(onlyApplets, `#!/bin/sh\nPATH=${applets} exec /bin/sh "$@"\n`);
chmodSync(onlyApplets, 0o755);
symlinkSync('/bin/busybox', join(directory, 'sh'));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

const shells = [
  { name: 'dash', loopShell: '/bin/dash' },
  { name: 'bash', loopShell: '/bin/bash' },
  { name: 'busybox sh', loopShell: join(directory, 'sh'), loginShell: onlyApplets },
];

describe.each(shells)('the resident shell in $name', ({ loopShell, loginShell = '/bin/sh' }) => {
  let host: Host;
  beforeAll(async () => {
    host = await openLocalHost({ loopShell, loginShell, become: false });
  });
  afterAll(async () => {
    await host.close();
  });

  const run = async (
    text: string,
    stdin?: string | Uint8Array,
  ): Promise<readonly [number, string, string]> => {
    const { exitCode, stdout, stderr } = await host.run({ command: script(text), stdin });
    return [exitCode, stdout, stderr];
  };

  it('keeps stdout, stderr and exit code apart', async () => {
    expect(await run('echo out; echo err >&2; exit 3')).toEqual([3, 'out\n', 'err\n']);
  });

  it('adds and drops nothing at the end of output', async () => {
    expect(await run('printf x; printf "y\n\n" >&2')).toEqual([0, 'x', 'y\n\n']);
  });

  it('runs each command in a shell of its own', async () => {
    await run('cd /; umask 077; x=1; set -e; trap "echo bye" 0 2 15; exec 3>&1; false; echo unreachable');
    expect(await run('echo "${x-unset}"; false; echo "$-" | grep -c e; umask')).toEqual([
      0,
      'unset\n0\n0022\n',
      '',
    ]);
    expect((await run('exec false'))[0]).toBe(1);
    expect((await run('kill -9 "$(exec sh -c \'echo $PPID\')"'))[0]).toBe(137);
    expect(await run('echo still here')).toEqual([0, 'still here\n', '']);
  });

  it('survives a syntax error', async () => {
    const [exitCode, stdout, stderr] = await run('echo "unclosed');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
    expect(await run('echo next')).toEqual([0, 'next\n', '']);
  });

  it('runs commands of many lines, with here-documents, comments, blanks and backslashes', async () => {
    const text = `cat <<'END'\n  two  blanks \\\\ and $x\n\n\ttab\nEND\n# a comment\nif true; then\n  echo \\\n    joined\nfi # end`;
    expect(await run(text)).toEqual([0, '  two  blanks \\\\ and $x\n\n\ttab\njoined\n', '']);
  });

  it('shows a command nothing of its own, not even to "set"', async () => {
    const [, stdout] = await run('set; env');
    expect(stdout).not.toMatch(/~[0-9a-f]{32}/);
    expect(stdout).not.toMatch(/^_[a-z]=/m);
  });

  it('sets a plain locale and a PATH with sbin', async () => {
    const [, stdout] = await run('echo "$LC_ALL $PATH"');
    expect(stdout).toMatch(/^C .*\/usr\/sbin/);
  });

  it('keeps proxies from commands, and gives them to those that ask', async () => {
    vi.stubEnv('https_proxy', 'http://proxy.example:3128/?a=b c$d');
    vi.stubEnv('NO_PROXY', '.example');
    vi.stubEnv('Rsync_Proxy', 'proxy.example:873');
    vi.stubEnv('PROXY_HINT', 'https_proxy=none');
    const behind = await openLocalHost({ loopShell, loginShell, become: false });
    vi.unstubAllEnvs();
    const show = `env | grep -E '^(https_proxy|NO_PROXY|Rsync_Proxy|PROXY_HINT)=' | sort`;
    const { stdout } = await behind.run({ command: script(show) });
    expect(stdout).toBe('PROXY_HINT=https_proxy=none\n');
    const asked = await behind.run({ command: sequence([useHostProxies, script(show)]) });
    expect(asked).toMatchObject({
      exitCode: 0,
      stdout: `NO_PROXY=.example
PROXY_HINT=https_proxy=none
Rsync_Proxy=proxy.example:873
https_proxy=http://proxy.example:3128/?a=b c$d
`,
    });
    expect((await behind.run({ command: script(show) })).stdout).toBe('PROXY_HINT=https_proxy=none\n');
    await behind.close();
  });

  it('gives end-of-file to a command without stdin', async () => {
    expect(await run('cat; wc -c')).toEqual([0, expect.stringMatching(/^\s*0\n$/), '']);
  });

  it.each([1, 65_535, 65_536, 65_537, 131_072, 1_000_003])(
    'gives %d bytes of stdin as they are',
    async (size) => {
      const stdin = randomBytes(size);
      stdin[0] = 0;
      const [, stdout] = await run('sha256sum', stdin);
      expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(stdin).digest('hex'));
    },
  );

  it.each([
    ['nothing', 'true', 0, ''],
    ['a line', 'read -r line; echo "$line"', 0, 'first\n'],
    ['a part, and fails', 'dd bs=1 count=3 2>/dev/null; exit 4', 4, 'fir'],
  ])('stays in step when a command reads %s of its stdin', async (_, text, exitCode, stdout) => {
    const stdin = `first\n${'x'.repeat(300_000)}`;
    expect(await run(text, stdin)).toEqual([exitCode, stdout, '']);
    expect(await run('echo next')).toEqual([0, 'next\n', '']);
  });

  it('gives back megabytes from both streams', async () => {
    const [, stdout, stderr] = await run('cat; echo end >&2', 'é'.repeat(2_000_000));
    expect(stdout === 'é'.repeat(2_000_000)).toBe(true);
    expect(stderr).toBe('end\n');
  });

  it('does not wait for a process left in the background, and keeps its output out of later commands', async () => {
    const started = performance.now();
    expect(await run('(sleep 1.5; echo late) & echo now')).toEqual([0, 'now\n', '']);
    expect(performance.now() - started).toBeLessThan(1400);
    await new Promise((resolve) => setTimeout(resolve, 1800));
    expect(await run('echo next')).toEqual([0, 'next\n', '']);
  });

  it('gives back any text, many requests at a time', async () => {
    const text = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, fc.nat(125)), { maxLength: 8 }), async (requests) => {
        const results = await Promise.all(
          requests.map(([stdin, code]) => host.run({ command: cmd`cat; exit ${code}`, stdin })),
        );
        const expected = requests.map(([stdin, code]) => [code, Buffer.from(stdin).toString()]);
        expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('quotes any argument for the shell', async () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (words) => {
        const { stdout } = await host.run({ command: cmd`printf '[%s]' ${words}` });
        expect(stdout).toBe(words.length === 0 ? '[]' : words.map((each) => `[${each}]`).join(''));
      }),
      { numRuns: 30 },
    );
  });

  it('kills what a command started when its time is over, and goes on', async () => {
    const pids = join(directory, 'pids');
    const text = `trap '' TERM; sleep 300 & echo $! >${pids}; sleep 301 & echo $! >>${pids}; (sleep 302; true) & wait`;
    await expect(host.run({ command: script(text), timeoutMs: 300 })).rejects.toMatchObject({
      code: 'command.timeout',
    });
    // Nobody may collect the dead here; a zombie runs no more.
    const states = `for p in $(cat ${pids}); do grep State: /proc/$p/status; done 2>/dev/null | grep -v Z`;
    expect(await run(states)).toEqual([1, '', '']);
  });

  it('leaves alone what an earlier command left in the background', async () => {
    const [, pid] = await run('sleep 300 >/dev/null 2>&1 & echo $!');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const late = host.run({ command: script('sleep 301'), timeoutMs: 200 });
    await expect(late).rejects.toMatchObject({ code: 'command.timeout' });
    expect(await run(`kill ${pid}`)).toEqual([0, '', '']);
  });

  it('is started again after it was killed', async () => {
    const results = await Promise.allSettled([
      host.run({ command: script('kill -9 $$; sleep 1') }),
      host.run({ command: script('echo behind') }),
    ]);
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'connect.lost' } },
      { status: 'fulfilled', value: { stdout: 'behind\n' } },
    ]);
    expect(await run('echo next')).toEqual([0, 'next\n', '']);
  });
});
