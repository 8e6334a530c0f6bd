// The files that we sent, compared with their record by a real shell: ours, somebody else's, or gone; and their backups.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatRecord, ownFiles, ownFilesRecord, type OwnFile } from '../../../src/facts/files/own-files.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'own files-'));
  mkdirSync(path.join(directory, 'state'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const at = (name: string) => path.join(directory, name);

function look(): readonly OwnFile[] {
  const text = ownFiles.probe(undefined).text.replaceAll(ownFilesRecord, `'${at('state/programs')}'`);
  const { stdout, stderr, status } = spawnSync('sh', ['-c', text], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return ownFiles.parse({ stdout, stderr, exitCode: 0 }, undefined);
}

function record(...files: readonly (readonly [name: string, text: string])[]): void {
  const sent = files.map(([name, text]) => ({
    path: at(name),
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  writeFileSync(at('state/programs'), formatRecord(sent));
}

it('names nothing without a record', () => {
  expect(look()).toEqual([]);
});

it('tells ours of any version from what somebody put there, and from what is gone', () => {
  record(['a', 'first'], ['b', 'first'], ['c', 'first'], ['a', 'second'], ['d', 'second']);
  for (const [name, text] of [
    ['a', 'first'],
    ['b', 'second'],
    ['d', 'second'],
  ] as const) {
    writeFileSync(at(name), text);
  }
  expect(look()).toEqual([
    { path: at('a'), file: 'ours', backup: 'none' },
    { path: at('b'), file: 'foreign', backup: 'none' },
    { path: at('c'), file: 'absent', backup: 'none' },
    { path: at('d'), file: 'ours', backup: 'none' },
  ]);
});

it('sees what was replaced, and a copy of what was not replaced yet', () => {
  record(['a', 'ours'], ['b', 'ours'], ['c', 'ours']);
  writeFileSync(at('a'), 'ours');
  writeFileSync(at('b'), 'theirs');
  for (const name of ['a', 'b', 'c']) writeFileSync(at(`${name}.ipvs-bootstrap-backup`), 'theirs');
  expect(look()).toEqual([
    { path: at('a'), file: 'ours', backup: 'different' },
    { path: at('b'), file: 'foreign', backup: 'same' },
    { path: at('c'), file: 'absent', backup: 'different' },
  ]);
});
