// A machine without Go: the lab gets Debian's compiler, and makes programs with it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { compilePrograms } from '../../../src/lab/go/compile.ts';
import { withGoWorkspace } from '../../../src/lab/go/workspace.ts';
import { runProgram } from '../../../src/local/programs/program.ts';
import { cacheDirectory } from '../../../src/lab/state/paths.ts';

const { signal } = new AbortController();
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'debian-go-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('compiles a program of a module with the compiler that it got itself', { timeout: 600_000 }, async () => {
  const { PATH = '' } = process.env;
  const withoutGo = PATH.split(delimiter).filter((place) => !existsSync(join(place, 'go')));
  vi.stubEnv('PATH', withoutGo.join(delimiter));
  const context = { cacheRoot: cacheDirectory(), report: () => undefined, signal };
  const hello = { module: 'rsc.io/quote', version: 'v1.5.2' };
  const text = 'package main\n\nimport "rsc.io/quote"\n\nfunc main() { print(quote.Go()) }\n';
  const target = join(directory, 'programs');
  await withGoWorkspace(context, join(directory, 'work'), async (workspace) => {
    expect(workspace.go.program).toMatch(/^\/.*\/usr\/lib\/go-1\.24\/bin\/go$/);
    await compilePrograms(workspace, { ...hello, programs: {}, ownMain: { name: 'hello', text } }, target);
  });
  expect(await runProgram('sh', ['-c', `${join(target, 'hello')} 2>&1`], { signal })).toContain(
    "Don't communicate by sharing memory",
  );
});
