// The inventory's reference for people and its JSON Schema for editors, both made from the one schema.
import { z } from 'zod';
import { inventorySchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** JSON Schema (draft 7, which editors know best) of an inventory file, as text. */
export function inventoryJsonSchema(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

/** Markdown with a table of all keys for each map of an inventory. */
export function inventoryReference(): string {
  const intro = [
    '# Inventory reference',
    '',
    'Every key of the inventory file. Made from the schema in `src/inventory/`: change it there.',
    'What the parts are for is told in [inventory.md](../inventory.md); editors can use',
    '[inventory.schema.json](inventory.schema.json).',
    '',
    'Any other key is an error. Keys without a default are required where it says so.',
  ];
  return `${[...intro, ...sections('', jsonSchema())].join('\n')}\n`;
}

function jsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(inventorySchema, { io: 'input', target: 'draft-7' });
  return { ...($schema === undefined ? {} : { $schema }), title: 'Inventory of ipvs-bootstrap', ...rest };
}

/** A section for this map, then those for the maps inside it. */
function sections(path: string, schema: JsonSchema): string[] {
  const keys = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    typeof child === 'boolean' ? [] : [{ key, child, isRequired: schema.required?.includes(key) === true }],
  );
  const rows = keys.map(({ key, child, isRequired }) => row(path, key, child, isRequired));
  const title = path === '' ? 'Top level' : `\`${path}\``;
  const inner = keys.flatMap(({ key, child }) => {
    const map = mapOf(child);
    return map === undefined ? [] : sections(childPath(path, key, child), map);
  });
  return [
    '',
    `## ${title}`,
    '',
    '| key | value | default | what it is for |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...inner,
  ];
}

function row(path: string, key: string, child: JsonSchema, isRequired: boolean): string {
  const map = mapOf(child);
  const value =
    map === undefined
      ? valueWords(child)
      : `${child.type === 'array' ? 'list of maps' : 'map'}: [${childPath(path, key, child)}](#${anchor(childPath(path, key, child))})`;
  const cells = [
    `\`${key}\``,
    value,
    isRequired ? '**required**' : defaultWords(child),
    child.description ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The map that a key holds, directly or as entries of its list. */
function mapOf(schema: JsonSchema): JsonSchema | undefined {
  const inner = schema.type === 'array' ? itemsOf(schema) : schema;
  return inner.type === 'object' ? inner : undefined;
}

function itemsOf({ items }: JsonSchema): JsonSchema {
  return typeof items === 'object' && !Array.isArray(items) ? items : {};
}

function childPath(path: string, key: string, { type }: JsonSchema): string {
  return `${path === '' ? '' : `${path}.`}${key}${type === 'array' ? '[]' : ''}`;
}

/** How Markdown viewers make a link target of a heading. */
function anchor(path: string): string {
  return path.toLowerCase().replaceAll(/[^\w-]/g, '');
}

function valueWords(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((choice) => `\`${String(choice)}\``).join(', ');
  if (schema.type === 'array') return listWords(schema);
  if (schema.type === 'boolean') return '`true` or `false`';
  const words = (schema.title ?? typeWords[String(schema.type)] ?? 'text').replace(/^(an?|the) /, '');
  const { minimum, maximum } = schema;
  return minimum === undefined || maximum === undefined ? words : `${words}, ${minimum} to ${maximum}`;
}

function listWords(schema: JsonSchema): string {
  const items = itemsOf(schema);
  return items.enum === undefined
    ? (schema.title ?? 'list').replace(/^a /, '')
    : `list of ${valueWords(items)}`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
};

function defaultWords({ default: value }: JsonSchema): string {
  if (value === undefined || (typeof value === 'object' && JSON.stringify(value) === '{}')) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
