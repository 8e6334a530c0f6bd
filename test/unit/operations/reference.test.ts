// The committed reference is that of the registry; `vitest run -u` writes it anew.
import { describe, expect, it } from 'vitest';
import { argumentSchema, operationsReference } from '../../../src/operations/reference.ts';
import { operations } from '../../../src/operations/registry.ts';

it('keeps docs/reference/operations.md up to date', async () => {
  await expect(operationsReference()).toMatchFileSnapshot('../../../docs/reference/operations.md');
});

it('calls a list of things of several kinds what they are', () => {
  expect(operationsReference()).toContain('| `files` | list of maps |');
});

describe.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (_name, operation) => {
    it('is summed up in sentences', () => {
      expect(operation.summary).toMatch(/^[A-Z].*\.$/);
    });

    it('says of every argument what it is for', () => {
      const properties = Object.entries(argumentSchema(operation).properties ?? {});
      const undescribed = properties.filter(
        ([, schema]) => typeof schema === 'boolean' || !/\.$/.test(schema.description ?? ''),
      );
      expect(undescribed.map(([key]) => key)).toEqual([]);
    });
  },
);
