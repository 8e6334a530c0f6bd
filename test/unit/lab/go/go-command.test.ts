// The go command is asked without the user's settings of a compiler: a go that tells what reached it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { goCommand } from '../../../../src/lab/go/go-command.ts';
import { goSources } from '../../../../src/lab/go/go-sources.ts';
import { goEnvironment } from '../../../../src/lab/go/workspace.ts';

const { signal } = new AbortController();
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'go-command-'));
  vi.stubEnv('PATH', `${directory}:${process.env['PATH']}`);
  // Of an older Go than the command: its compiler and its go.env, which has the proxy, do not fit.
  vi.stubEnv('GOROOT', '/usr/lib/go-1.15');
  vi.stubEnv('GOTOOLCHAIN', 'auto');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

function pretendedGo(script: string): string {
  const program = join(directory, 'go');
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return program;
}

it('is found where a GOROOT of another one is set', async () => {
  pretendedGo('test -z "$GOROOT" && test "$GOTOOLCHAIN" = local && echo "go version go1.26.8 linux/amd64"');
  const context = { cacheRoot: directory, report: () => undefined, signal };
  expect(await goCommand(context)).toEqual({ program: 'go', version: '1.26.8' });
});

it('says where modules come from by its own go.env, and gets no other go for it', async () => {
  const others = ['GOSUMDB', 'GONOSUMDB', 'GONOPROXY', 'GOPRIVATE', 'GOINSECURE'];
  const fields = others.map((name) => `"${name}":""`).join();
  const program = pretendedGo(
    `echo "{\\"GOPROXY\\":\\"root=$GOROOT go=$GOTOOLCHAIN\\",${fields.replaceAll('"', '\\"')}}"`,
  );
  expect((await goSources({ program, version: '1.26.8' }, signal)).GOPROXY).toBe('root= go=local');
});

it('compiles with its own compiler', () => {
  const sources = { GOPROXY: '', GOSUMDB: '', GONOSUMDB: '', GONOPROXY: '', GOPRIVATE: '', GOINSECURE: '' };
  const go = { program: 'go', version: '1.26.8' };
  expect(goEnvironment({ go, directory, sources }, 'local')).toMatchObject({ GOROOT: '' });
});
