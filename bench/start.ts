// How long short commands take, as a multiple of an empty Node: the two by turns, so that a busy machine slows both.
// Usage: npx tsx bench/start.ts [PAIRS]   (after npm run build; ends with 1 when a command takes longer than it may)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../src/core/package-root.ts';
import { writeEmptyBundle } from '../test/support/empty-bundle.ts';
import { entry } from '../test/support/entry.ts';

const pairs = Number(process.argv[2] ?? 40);
const directory = mkdtempSync(join(tmpdir(), 'bench-start-'));
const inventory = writeExample();

const commands = [
  { args: ['--help'], says: 'Usage:', limit: 1.3 },
  { args: ['--version'], says: '.', limit: 1.3 },
  { args: ['__complete', 'bash', 'up', '--'], says: '--limit', limit: 1.3 },
  { args: ['__complete', 'bash', 'up', inventory, '--limit', ''], says: 'worker1', limit: 1.3 },
  { args: ['validate', inventory], says: 'is valid', limit: 3 },
];

const rows = commands.map(({ args, says, limit }) => {
  const measured = measure([entry, ...args], says);
  return { start: args.join(' ').replaceAll(inventory, 'small.yaml'), ...measured, limit };
});
console.table(rows);
rmSync(directory, { recursive: true });
process.exitCode = rows.every(({ ratio, limit }) => ratio <= limit) ? 0 : 1;

/** The small example of docs/inventory.md, with a bundle beside it. */
function writeExample(): string {
  const [, text = ''] =
    /^```yaml\n(.*?)^```$/ms.exec(readFileSync(packagePath('docs/inventory.md'), 'utf8')) ?? [];
  const file = join(directory, 'small.yaml');
  writeFileSync(file, text);
  writeEmptyBundle(join(directory, 'bundle'));
  return file;
}

/**
 * Median times in milliseconds, and the median of the pairs' ratios.
 * @param says what the command must print, so that it is sure to have done its work
 */
function measure(args: readonly string[], says: string): { ms: number; emptyMs: number; ratio: number } {
  const pair = () => [time(args, says), time(['-e', '0'], '')] as const;
  const times = Array.from({ length: pairs + 1 }, pair).slice(1);
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    ms: round(median(times.map(([own]) => own)), 0),
    emptyMs: round(median(times.map(([, empty]) => empty)), 0),
    ratio: round(median(times.map(([own, empty]) => own / empty)), 2),
  };
}

function time(args: readonly string[], says: string): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const took = performance.now() - started;
  if (status !== 0 || !stdout.includes(says))
    throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return took;
}

function median(values: readonly number[]): number {
  return values.toSorted((first, second) => first - second)[Math.floor(values.length / 2)] ?? 0;
}
