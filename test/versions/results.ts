// What came of each version's check, kept in a file so that an interrupted run goes on.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packagePath } from '../../src/core/package-root.ts';

const checked = z.strictObject({
  version: z.string(),
  /** Tells the documents that were shown from others. */
  documents: z.string(),
  judgedBy: z.enum(['config validate', 'config migrate']),
  scenarios: z.array(z.string()),
  warnings: z.array(z.string()),
  problems: z.array(z.string()),
});

const notBuilt = z.strictObject({ version: z.string(), notBuilt: z.string() });

const results = z.record(z.string(), z.union([checked, notBuilt]));

export type CheckedVersion = z.output<typeof checked>;
export type VersionResult = CheckedVersion | z.output<typeof notBuilt>;
/** By minor, such as 1.37. */
export type Results = Readonly<Record<string, VersionResult>>;

const file = packagePath(join('test', 'versions', 'results.json'));

export function loadResults(): Results {
  return existsSync(file) ? results.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

/** Writes the file as a whole or not at all; the newest minor stands first. */
export function saveResults(all: Results): void {
  const number = (minor: string): number => Number(minor.split('.')[1]);
  const sorted = Object.entries(all).toSorted(([left], [right]) => number(right) - number(left));
  writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
