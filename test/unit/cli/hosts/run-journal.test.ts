// Where journals go, and what is said when they cannot go there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { createJournal } from '../../../../src/cli/hosts/run-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-journal-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function pathOf(asked: string | undefined, environment: NodeJS.ProcessEnv): string {
  const journal = createJournal('up --dry-run', asked, environment);
  journal.close();
  return journal.path;
}

it('goes under XDG_STATE_HOME, called after the command', () => {
  const file = pathOf(undefined, { XDG_STATE_HOME: folder });
  expect(file).toMatch(/ipvs-bootstrap\/runs\/[\dTZ.-]+-up-dry-run-\d+\.ndjson$/);
  expect(file.startsWith(join(folder, 'ipvs-bootstrap'))).toBe(true);
});

it.each(['', 'state'])('goes under the home directory when XDG_STATE_HOME is "%s"', (state) => {
  vi.stubEnv('HOME', folder);
  const file = pathOf(undefined, { XDG_STATE_HOME: state });
  vi.unstubAllEnvs();
  expect(file.startsWith(join(folder, '.local/state/ipvs-bootstrap/runs'))).toBe(true);
});

it('says that XDG_STATE_HOME decides, where it cannot be written to', () => {
  expect(() => pathOf(undefined, { XDG_STATE_HOME: '/proc/x' })).toThrow(
    expect.objectContaining({
      code: 'file.unreadable',
      hint: expect.stringContaining('XDG_STATE_HOME') as string,
    }),
  );
});

it('says that --log-file decides, where that was given', () => {
  expect(() => pathOf(folder, {})).toThrow(
    expect.objectContaining({
      code: 'file.unreadable',
      hint: expect.stringContaining('--log-file') as string,
    }),
  );
});
