// The published form of run events: a JSON Schema for programs and a page for people, both made from the one schema.
import { z } from 'zod';
import {
  backendData,
  dnsExchangeData,
  dnsReportData,
  externalAddressData,
  nodeReportData,
} from '../../operations/report-data.ts';
import { causeView, errorData, errorView, hostSummary, sightingView, stepView } from './event-parts.ts';
import { eventSchemaVersion, runEventSchema } from './event-schema.ts';
import { externalIPStatus, nodeStatus, realServerStatus } from './status-schema.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** JSON Schema (draft 7) of one line of `--output json` or of a journal. Fields that it does not name may be added. */
export function eventJsonSchema(): string {
  const { $schema, ...rest } = jsonSchema(runEventSchema);
  const title = `Event of ipvs-bootstrap, version ${eventSchemaVersion}`;
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

/** Markdown with a table of fields for each type of event. */
export function eventReference(): string {
  const events = runEventSchema.options.map((option) => section('##', jsonSchema(option)));
  const parts = [
    section('###', jsonSchema(stepView), 'step', 'A step, as in step.started and task.planned.'),
    section('###', jsonSchema(errorView), 'error', 'What went wrong.'),
    section(
      '###',
      jsonSchema(errorData),
      'data of an error',
      'What its message tells, for programs; each where it makes sense.',
    ),
    section('###', jsonSchema(causeView), 'cause', 'A cause that was found, in task.diagnosed.'),
    section('###', jsonSchema(sightingView), 'sighting', 'Lines of one source, in task.diagnosed.'),
    section('###', jsonSchema(hostSummary), 'host', 'What became of a host, in run.finished.'),
    section('###', jsonSchema(nodeReportData), 'node', 'A node as verify saw it: `data` of its report.'),
    section('###', jsonSchema(externalAddressData), 'external address', 'What a node makes of an address.'),
    section('###', jsonSchema(backendData), 'backend', 'A real server of an external address, on one node.'),
    section(
      '###',
      jsonSchema(dnsReportData),
      'dns',
      'What a node got from the cluster’s DNS: `data` of a report.',
    ),
    section('###', jsonSchema(dnsExchangeData), 'exchange', 'Questions to one address, by one protocol.'),
    section('###', jsonSchema(nodeStatus), 'node, in status', 'A node at that moment.'),
    section('###', jsonSchema(externalIPStatus), 'external IP, in status', 'An address, over all nodes.'),
    section('###', jsonSchema(realServerStatus), 'real server, in status', 'A pod, over all nodes.'),
  ];
  return `${[...intro, ...events.flat(), '', '## Parts', ...parts.flat()].join('\n')}\n`;
}

const intro = [
  '# Events reference',
  '',
  `Every event of a run, version ${eventSchemaVersion}. Made from the schema in \`src/engine/\`: change it there.`,
  'How to read them is told in [automation.md](../automation.md); programs can use',
  '[events.schema.json](events.schema.json). Every event has `type` and `time`, which the tables leave out.',
];

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-7',
    override: ({ jsonSchema: part }) => {
      // What a later version adds must not make a program fail that checks with this schema.
      if (part.additionalProperties === false) delete part.additionalProperties;
    },
  });
}

function section(
  level: string,
  schema: JsonSchema,
  title = schema.title,
  description = schema.description,
): readonly string[] {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if (typeof field === 'boolean' || name === 'type' || name === 'time') return [];
    const isRequired = schema.required?.includes(name) === true;
    return [
      `| \`${name}\` | ${valueWords(field)} | ${isRequired ? 'always' : ''} | ${field.description ?? ''} |`,
    ];
  });
  const head = ['', `${level} ${title ?? ''}`, '', description ?? ''];
  return [...head, '', '| field | value | there | what it is |', '| --- | --- | --- | --- |', ...rows];
}

function valueWords(field: JsonSchema): string {
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  if (field.enum !== undefined && field.enum.length <= 6)
    return field.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (field.anyOf !== undefined)
    return field.anyOf.map((one) => (typeof one === 'boolean' ? 'any' : valueWords(one))).join(' or ');
  if (field.type === 'array') return `list of ${itemWords(field.items)}`;
  return field.type === 'object' ? 'map' : [field.type ?? 'any'].flat().join(' or ');
}

function itemWords(items: JsonSchema['items']): string {
  return typeof items === 'object' && !Array.isArray(items) && items.type === 'object' ? 'maps' : 'texts';
}
