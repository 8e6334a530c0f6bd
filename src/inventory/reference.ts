// The inventory's reference for people and its JSON Schema for editors, both made from the one schema.
import { z } from 'zod';
import { defined } from '../core/defined.ts';
import { inventorySchema } from './schema/schema.ts';

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
  return `${[...intro, ...sections('', jsonSchema(), new Map())].join('\n')}\n`;
}

function jsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(inventorySchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // Ours, for error messages: strict readers refuse keywords that they do not know.
      delete jsonSchema['hint'];
    },
  });
  return { ...defined({ $schema }), title: 'Inventory of ipvs-bootstrap', ...rest };
}

/** Map as JSON → where it is described; the same map in another place points there. */
type Described = Map<string, string>;

/** A section for this map, then those for the maps inside it that were not described yet. */
function sections(path: string, schema: JsonSchema, described: Described): string[] {
  const keys = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    typeof child === 'boolean' ? [] : [{ key, child, isRequired: schema.required?.includes(key) === true }],
  );
  const title = path === '' ? 'Top level' : `\`${path}\``;
  const inner: (readonly [string, JsonSchema])[] = [];
  const rows = keys.map(({ key, child, isRequired }) => {
    const map = mapOf(child);
    if (map === undefined) return row(key, child, isRequired);
    const place = childPath(path, key, child);
    const json = JSON.stringify(withoutWords(map));
    const first = described.get(json) ?? place;
    if (first === place) inner.push([place, map]);
    described.set(json, first);
    return row(key, child, isRequired, first);
  });
  return [
    '',
    `## ${title}`,
    '',
    '| key | value | default | what it is for |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...inner.flatMap(([place, map]) => sections(place, map, described)),
  ];
}

/** @param place the section about the map that the key holds */
function row(key: string, child: JsonSchema, isRequired: boolean, place?: string): string {
  const value = place === undefined ? valueWords(child) : `${mapWords(child)}: [${place}](#${anchor(place)})`;
  const cells = [
    `\`${key}\``,
    value,
    isRequired ? '**required**' : defaultWords(child),
    child.description ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function mapWords(schema: JsonSchema): string {
  const { type, anyOf } = schema;
  if (anyOf !== undefined) {
    const choices = anyOf.flatMap(
      (one) => one.enum?.map(String) ?? (one.type === 'boolean' ? ['true', 'false'] : []),
    );
    return `${choices.map((choice) => `\`${choice}\``).join(', ')} or map`;
  }
  return type === 'array' ? 'list of maps' : valuesOf(schema) === undefined ? 'map' : 'map of maps';
}

/** The map that a key holds, directly, as entries of its list, or as one of several things that it may be. */
function mapOf(schema: JsonSchema): JsonSchema | undefined {
  const inner = schema.type === 'array' ? itemsOf(schema) : schema;
  if (inner.type === 'object') return valuesOf(inner) ?? inner;
  return schema.anyOf?.find(({ type }) => type === 'object');
}

/** What tells one map from another: its keys, not what it is for in one place. */
function withoutWords({ description: _, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

function itemsOf({ items }: JsonSchema): JsonSchema {
  return typeof items === 'object' && !Array.isArray(items) ? items : {};
}

/** What the keys hold of a map whose keys the user chooses. */
function valuesOf({ additionalProperties: values }: JsonSchema): JsonSchema | undefined {
  return typeof values === 'object' && values.type === 'object' ? values : undefined;
}

function childPath(path: string, key: string, schema: JsonSchema): string {
  const suffix = schema.type === 'array' ? '[]' : valuesOf(schema) === undefined ? '' : '.NAME';
  return `${path === '' ? '' : `${path}.`}${key}${suffix}`;
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
