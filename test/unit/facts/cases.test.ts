// Runs every case under test/cases/facts; test/cases/README.md explains the format.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defined } from '../../../src/core/defined.ts';
import { loadFacts } from '../../support/all-facts.ts';
import { loadCases } from '../../support/cases.ts';
import { showSecrets } from '../../support/shown-secrets.ts';

const factCase = z.strictObject({
  args: z.unknown().optional(),
  probe: z.string().optional(),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
  exitCode: z.int().default(0),
  answeredAt: z.int().optional(),
  expect: z.unknown().optional(),
  /** Part of the message when the output makes no sense. */
  error: z.string().optional(),
});

const facts = await loadFacts();
const cases = loadCases('facts');

describe.each(cases.map((file) => [`${file.subject}: ${file.title}`, file] as const))(
  '%s',
  (_name, given) => {
    const { subject, file, data } = given;
    const wanted = factCase.parse(data);

    function find() {
      const fact = facts.get(subject);
      if (fact === undefined) throw new Error(`${file}: src/facts exports no fact ${subject}`);
      return fact;
    }

    it('asks with a probe that a POSIX shell can read', () => {
      const { text } = find().probe(wanted.args);
      if (wanted.probe !== undefined) expect(text.trim()).toBe(wanted.probe.trim());
      execFileSync('sh', ['-n'], { input: text });
    });

    it('reads the output', () => {
      const { stdout, stderr, exitCode, answeredAt, error } = wanted;
      const parse = () => find().parse({ stdout, stderr, exitCode, ...defined({ answeredAt }) }, wanted.args);
      if (error === undefined) expect(showSecrets(parse())).toEqual(showSecrets(wanted.expect));
      else expect(parse).toThrow(error);
    });
  },
);

describe('facts', () => {
  it.each([...facts.keys()])('have a case: %s', (name) => {
    expect(cases.some((file) => file.subject === name)).toBe(true);
  });
});
