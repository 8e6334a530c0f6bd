// Operations and sources for playbook tests.
import { z } from 'zod';
import { ErrorList, formatPlace } from '../../../src/core/errors.ts';
import { Secret } from '../../../src/core/secret.ts';
import { defineOperation, unchanged, type Operation } from '../../../src/operations/operation.ts';
import { parseSource } from '../../../src/source/parse-source.ts';
import type { Source } from '../../../src/source/source.ts';

const modules = defineOperation({
  name: 'modules.loaded',
  summary: 'Loads modules.',
  args: z.strictObject({ modules: z.array(z.string()).min(1), retries: z.int().max(5).default(1) }),
  example: '',
  needs: () => [],
  plan: () => unchanged,
});

const file = defineOperation({
  name: 'file.written',
  summary: 'Writes a file.',
  args: z
    .strictObject({
      path: z.string(),
      content: z.union([z.string(), z.instanceof(Secret)]).optional(),
      template: z.string().optional(),
    })
    .refine(({ content, template }) => (content === undefined) !== (template === undefined), {
      error: 'must have either content or template',
    }),
  example: '',
  needs: () => [],
  plan: () => unchanged,
});

export const testOperations: readonly Operation[] = [modules, file];

/** A phase file with the given tasks, as YAML text with the list's own indentation. */
export function phaseText(tasks: string): string {
  return `name: test\ntitle: Test\ntasks:\n${tasks}\n`;
}

export function source(text: string, name = 'test.yaml'): Source {
  return parseSource(name, text, 'playbook.invalid');
}

/** Place and message of everything that an action throws. */
export function complaints(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ErrorList)) throw error;
    return error.errors.map(({ where, message, hint }) => {
      const place = where === undefined ? '' : `${formatPlace(where)}: `;
      return `${place}${message}${hint === undefined ? '' : ` | ${hint}`}`;
    });
  }
  return [];
}
