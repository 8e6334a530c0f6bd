// The journal is complete, private, and never the reason for a run to stop.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openJournal as open } from '../../../../src/engine/events/journal.ts';
import { modules, network, phase, runOn, task } from '../support.ts';

const openJournal = (file: string) => open(file, 'Name another file.');
const folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
const event = { time: '', type: 'host.connecting', host: 'm1' } as const;
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('holds every event as a line of JSON', async () => {
  const journal = openJournal(path.join(folder, 'a', 'b', 'run.ndjson'));
  const { events } = await runOn(
    network('m1'),
    [phase('one', task('Load', modules, { on: ['m1'], args: ['ip_vs'] }))],
    {
      onEvent: journal.sink,
    },
  );
  // Already there before it is closed.
  const lines = readFileSync(journal.path, 'utf8').trimEnd().split('\n');
  journal.close();
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
});

it('is readable by its owner only', () => {
  const journal = openJournal(path.join(folder, 'private', 'run.ndjson'));
  expect(statSync(journal.path).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(journal.path)).mode & 0o777).toBe(0o700);
  journal.close();
});

it('never writes into a file that is there', () => {
  const file = path.join(folder, 'once.ndjson');
  const journal = openJournal(file);
  journal.sink(event);
  journal.close();
  expect(() => openJournal(file)).toThrow(`the journal ${file} cannot be made: EEXIST`);
});

it('leaves no empty file behind when the run never began', () => {
  const journal = openJournal(path.join(folder, 'empty.ndjson'));
  expect(existsSync(journal.path)).toBe(true);
  journal.close();
  expect(existsSync(journal.path)).toBe(false);
});

it.each(['/proc/x/runs/run.ndjson', '/dev/null/runs/run.ndjson'])(
  'says what to do when %s cannot be made',
  (file) => {
    expect(() => openJournal(file)).toThrow(
      expect.objectContaining({ code: 'file.unreadable', hint: 'Name another file.' }),
    );
  },
);

it('says that it is incomplete when it cannot be written, and does not throw', () => {
  const journal = openJournal(path.join(folder, 'closed.ndjson'));
  journal.close();
  journal.sink(event);
  expect(journal.failure()).toBeInstanceOf(Error);
});
