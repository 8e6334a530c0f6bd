// The reference of all operations, made from the registry and the schemas of their arguments.
import { z } from 'zod';
import type { Operation } from './operation.ts';
import { operations } from './registry.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Markdown with a section for each operation: a table of its arguments, and its example. */
export function operationsReference(): string {
  const intro = [
    '# Operations reference',
    '',
    'What a task of a playbook can name in `op`, with its arguments (`with`) and a task that could be yours.',
    'Made from `src/operations/`: change it there.',
    'An operation looks at the host first and changes only what is not as wanted, so it can be repeated without harm.',
  ];
  return `${[...intro, ...operations.flatMap(section)].join('\n')}\n`;
}

/** Schema of an operation's arguments, as a playbook writes them. */
export function argumentSchema({ args }: Operation): JsonSchema {
  return z.toJSONSchema(args, { io: 'input', unrepresentable: 'any' });
}

function section(operation: Operation): readonly string[] {
  const { name, summary, example, repeats, problemCode } = operation;
  const schema = argumentSchema(operation);
  const rows = Object.entries(schema.properties ?? {}).map(([key, child]) =>
    row(key, child, schema.required ?? []),
  );
  return [
    '',
    `## \`${name}\``,
    '',
    summary,
    ...(problemCode === 'verify.drift'
      ? ['', 'It changes nothing; what it finds ends the run with exit code 7.']
      : []),
    ...(repeats === undefined ? [] : ['', `It acts on every run: ${repeats}.`]),
    '',
    ...(rows.length === 0 ? ['It has no arguments.'] : [...tableHead, ...rows]),
    '',
    '```yaml',
    example.trim(),
    '```',
  ];
}

const tableHead = ['| argument | value | default | what it is for |', '| --- | --- | --- | --- |'];

function row(key: string, child: JsonSchema | boolean, required: readonly string[]): string {
  const schema = typeof child === 'boolean' ? {} : child;
  const cells = [
    `\`${key}\``,
    valueWords(schema),
    defaultWords(key, schema, required),
    schema.description ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: '`true` or `false`',
  object: 'map',
};

function valueWords(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((choice) => `\`${String(choice)}\``).join(', ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    return [...new Set(choices.map((one) => (typeof one === 'boolean' ? 'any' : valueWords(one))))].join(
      ' or ',
    );
  }
  if (schema.type === 'array') return `list of ${itemWords(schema)}`;
  if (schema.type === undefined) return 'secret';
  return typeWords[String(schema.type)] ?? 'text';
}

function itemWords({ items, prefixItems }: JsonSchema): string {
  const [item = {}] = prefixItems ?? [Array.isArray(items) ? items[0] : items];
  const words = typeof item === 'boolean' ? 'any' : valueWords(item);
  const plurals: Readonly<Record<string, string>> = {
    text: 'texts',
    map: 'maps',
    'whole number': 'whole numbers',
  };
  return plurals[words] ?? words.replace(/^list of/, 'lists of');
}

function defaultWords(key: string, { default: value }: JsonSchema, required: readonly string[]): string {
  if (value === undefined) return required.includes(key) ? '**required**' : '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
