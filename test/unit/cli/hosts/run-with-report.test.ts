import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runWithReport } from '../../../../src/cli/hosts/run-with-report.ts';
import { exitCodes } from '../../../../src/core/exit-codes.ts';
import type { RunEvent } from '../../../../src/engine/events/events.ts';
import { recordingOutput } from '../../../support/recording-output.ts';
import { brokenRun, goodRun } from '../../../support/sample-proof.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'run-with-report-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Runs what gives these events; also tells what the usual screen was shown. */
async function report(file: string, events: readonly RunEvent[], exitCode: number) {
  const seen: RunEvent[] = [];
  const output = recordingOutput();
  const screen = { sink: (event: RunEvent) => void seen.push(event), drawn: async () => undefined };
  let isRun = false;
  const result = await runWithReport(file, screen, output, async ({ sink }) => {
    isRun = true;
    events.forEach(sink);
    return exitCode;
  }).catch((error: unknown) => error);
  return { result, seen, output, isRun };
}

describe('a run with a report', () => {
  it('writes the page when verify found drift, keeps its exit code and says where the page is', async () => {
    const file = join(directory, 'proof.html');
    const { result, seen, output } = await report(file, brokenRun, exitCodes.drift);
    expect(result).toBe(exitCodes.drift);
    expect(readFileSync(file, 'utf8')).toContain('6 findings');
    expect(seen).toEqual(brokenRun);
    expect(output.progressed).toEqual([`The report is in ${file}`]);
  });

  it('replaces an existing file as a whole, and leaves no other behind', async () => {
    const file = join(directory, 'proof.html');
    writeFileSync(file, 'old');
    await report(file, goodRun, exitCodes.done);
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
    expect(readdirSync(directory)).toEqual(['proof.html']);
    expect(statSync(file).mode & 0o111).toBe(0);
  });

  it('does not even begin when the file cannot be written', async () => {
    const { result, isRun } = await report(join(directory, 'no/such/proof.html'), goodRun, exitCodes.done);
    expect(result).toMatchObject({ code: 'file.unreadable' });
    expect(isRun).toBe(false);
  });
});
