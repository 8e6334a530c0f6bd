// The committed reference and JSON Schema are those of the schema; `vitest run -u` writes them anew.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { inventoryJsonSchema, inventoryReference } from '../../../src/inventory/reference.ts';
import { inventorySchema } from '../../../src/inventory/schema.ts';

it('keeps docs/reference/inventory.md up to date', async () => {
  await expect(inventoryReference()).toMatchFileSnapshot('../../../docs/reference/inventory.md');
});

it('keeps docs/reference/inventory.schema.json up to date', async () => {
  await expect(inventoryJsonSchema()).toMatchFileSnapshot('../../../docs/reference/inventory.schema.json');
});

it('describes every key in a sentence', () => {
  const undescribed: string[] = [];
  const visit = (schema: z.core.JSONSchema.JSONSchema, path: string): void => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (typeof child === 'boolean') continue;
      if (!/^[A-Z].*\.$/.test(child.description ?? '')) undescribed.push(`${path}.${key}`);
      visit(child, `${path}.${key}`);
      if (typeof child.items === 'object')
        visit(child.items as z.core.JSONSchema.JSONSchema, `${path}.${key}[]`);
    }
  };
  visit(z.toJSONSchema(inventorySchema, { io: 'input' }), '');
  expect(undescribed).toEqual([]);
});
