// The stamp of installed files: written and read by a real shell, and not believed once a file has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  stampCommand,
  stampedFiles,
  stampFile,
  type StampedFile,
} from '../../../src/facts/files/stamped-files.ts';

let directory: string;
let program: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'stamp-'));
  program = path.join(directory, 'program');
  writeFileSync(program, 'first');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Runs a command with our state directory moved into the test's own. */
function run(text: string): string {
  const moved = text.replaceAll(path.dirname(stampFile), path.join(directory, 'state'));
  const { stdout, stderr, status } = spawnSync('sh', ['-c', moved], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function look(): readonly StampedFile[] {
  const args = { paths: [program, path.join(directory, 'absent')] };
  return stampedFiles.parse({ stdout: run(stampedFiles.probe(args).text), stderr: '', exitCode: 0 }, args);
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

it('reads a file once and believes the stamp from then on', () => {
  expect(look()).toMatchObject([{ path: program, sha256: sum('first'), isStamped: false }]);
  run(stampCommand([{ path: program, sha256: sum('first') }]).text);
  expect(look()).toMatchObject([{ path: program, sha256: sum('first'), isStamped: true }]);
});

it('reads a file again when its bytes changed, even with its old size and time of modification', () => {
  run(stampCommand([{ path: program, sha256: sum('first') }]).text);
  const past = new Date(Date.now() - 60_000);
  utimesSync(program, past, past);
  expect(look()).toMatchObject([{ sha256: sum('first'), isStamped: false }]);
  run(stampCommand([{ path: program, sha256: sum('first') }]).text);
  spawnSync('sh', [
    '-c',
    'sleep 1.1; printf other > "$1"; touch -d "$2" "$1"',
    'sh',
    program,
    past.toISOString(),
  ]);
  expect(look()).toMatchObject([{ sha256: sum('other'), isStamped: false }]);
});
