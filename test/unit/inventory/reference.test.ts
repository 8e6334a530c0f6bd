// The committed reference and JSON Schema are those of the schema; `vitest run -u` writes them anew.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inventoryJsonSchema, inventoryReference } from '../../../src/inventory/reference.ts';
import { inventorySchema } from '../../../src/inventory/schema/schema.ts';
import { readSource } from '../../../src/source/read-source.ts';

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

describe('the JSON Schema', () => {
  const directory = new URL('../../cases/inventories/good/', import.meta.url).pathname;
  const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
  const schema = z.fromJSONSchema(JSON.parse(inventoryJsonSchema()) as z.core.JSONSchema.JSONSchema);

  it.each(files)('accepts %s', async (file) => {
    const { value } = await readSource(join(directory, file), 'inventory.invalid');
    expect(schema.safeParse(value).error).toBeUndefined();
  });

  it('refuses unknown keys and wrong types', () => {
    expect(schema.safeParse({ cluster: {}, hosts: 'none', hsots: [] }).success).toBe(false);
  });
});
