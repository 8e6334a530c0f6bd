// No text from an inventory, a playbook or a host becomes shell syntax, whatever it says: it is data in every command.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { cmd } from '../../../src/core/command.ts';
import { installRequest, prepareRequest, stepRequest } from '../../../src/engine/tasks/step-commands.ts';
import type { Step } from '../../../src/operations/operation.ts';
import type { CaseFacts } from '../../support/case-facts.ts';
import { hostileText, nonce, textPlaces, touch, withText } from '../../support/hostile-texts.ts';
import { plannedCases, readerOf, type PlannedCase } from '../../support/planned-cases.ts';
import { outsideQuotes } from '../../support/shell-quotes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'quoting-'));
chmodSync(folder, 0o777);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The texts of all commands that an operation sends: its questions and its steps. Nothing when the change is refused. */
function commandsOf({ operation, args: written, facts }: PlannedCase): readonly string[] {
  const args = operation.args.safeParse(written);
  if (!args.success) return [];
  const asked = operation.needs(args.data).map(({ query }) => query.command.text);
  return [...asked, ...planned(() => operation.plan(args.data, readerOf(operation, args.data, facts)).steps)];
}

/** A changed argument may ask what the case does not answer, and a changed fact may be what no parser gives. */
function planned(plan: () => readonly Step[]): readonly string[] {
  try {
    return plan().flatMap(commandsOfStep);
  } catch (error) {
    if (error instanceof Error) return [];
    throw error;
  }
}

function commandsOfStep(step: Step): readonly string[] {
  if (step.kind !== 'upload') return [stepRequest(step).command.text];
  return [prepareRequest(step), installRequest(step)].map(({ command }) => command.text);
}

/** A case of an operation with one text of its arguments or of its facts made hostile, at its start, its end or whole. */
const cases = plannedCases().filter(({ args, facts }) => textPlaces([args, facts]).length > 0);
const anyChange = fc.record({
  name: fc.constantFrom(...cases.map(({ name }) => name)),
  isFact: fc.boolean(),
  place: fc.nat(),
  text: hostileText,
  how: fc.constantFrom('whole', 'start', 'end'),
});

type Change = typeof anyChange extends fc.Arbitrary<infer Value> ? Value : never;

function withChange({ name, isFact, place, text, how }: Change): PlannedCase {
  const planned = cases.find((one) => one.name === name);
  if (planned === undefined) throw new Error(`there is no case ${name}`);
  const { args, facts } = planned;
  const all = textPlaces(isFact ? facts : args);
  const at = all[place % Math.max(all.length, 1)];
  if (at === undefined) return planned;
  const change = (old: string): string =>
    how === 'whole' ? text : how === 'start' ? text + old : old + text;
  return isFact
    ? { ...planned, facts: withText(facts, at, change) as CaseFacts }
    : { ...planned, args: withText(args, at, change) };
}

/** Runs a text in a shell that finds no program, as nobody where this user can, in an empty folder. */
function run(text: string): { readonly files: readonly string[]; readonly stderr: string } {
  const isRoot = process.getuid?.() === 0;
  const { stderr } = spawnSync('/bin/sh', ['-c', `kill() { :; }\n${text}`], {
    cwd: folder,
    env: { PATH: path.join(folder, 'none'), HOME: folder },
    timeout: 5000,
    encoding: 'utf8',
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
  return { files: readdirSync(folder), stderr };
}

describe('a hostile text', () => {
  it('in an argument or a fact of any operation is data in all of its commands', () => {
    let carried = 0;
    fc.assert(
      fc.property(anyChange, (change) => {
        for (const text of commandsOf(withChange(change))) {
          expect(outsideQuotes(text)).not.toContain(nonce);
          if (text.includes(nonce)) carried += 1;
        }
      }),
      { numRuns: 6000 },
    );
    // Else nothing was tried: schemas and parsers refuse most of them.
    expect(carried).toBeGreaterThan(50);
  });

  it('does nothing in a real shell', () => {
    let tried = 0;
    fc.assert(
      fc.property(anyChange, (change) => {
        for (const text of commandsOf(withChange(change)).filter((one) => one.includes(nonce))) {
          tried += 1;
          const { files, stderr } = run(text);
          expect(files).not.toContain(nonce);
          expect(stderr).not.toMatch(/syntax error|unterminated/i);
        }
      }),
      { numRuns: 4000 },
    );
    expect(tried).toBeGreaterThan(30);
  });
});

describe('the check itself', () => {
  it('sees a text that was not quoted', () => {
    expect(outsideQuotes(`echo $(${touch})`)).toContain(nonce);
    expect(outsideQuotes(cmd`echo ${`'$(${touch})`}`.text)).not.toContain(nonce);
    expect(outsideQuotes(`awk '{ print "it" }' # don't\necho "'${nonce}'"`)).toContain(nonce);
    run(`echo $(${touch})`);
    expect(existsSync(path.join(folder, nonce))).toBe(true);
    rmSync(path.join(folder, nonce));
  });
});
