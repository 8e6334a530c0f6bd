// The committed schema and reference of events are those of the code; `vitest run -u` writes them anew.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventJsonSchema, eventReference } from '../../../../src/engine/events/event-reference.ts';
import { runEventSchema } from '../../../../src/engine/events/event-schema.ts';
import { modules, network, phase, runOn, task } from '../support.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

it('keeps docs/reference/events.md up to date', async () => {
  await expect(eventReference()).toMatchFileSnapshot('../../../../docs/reference/events.md');
});

it('keeps docs/reference/events.schema.json up to date', async () => {
  await expect(eventJsonSchema()).toMatchFileSnapshot('../../../../docs/reference/events.schema.json');
});

it('says of every event and of every field what it is', () => {
  const silent = runEventSchema.options.flatMap((option) => {
    const { title = '', description, properties = {} } = z.toJSONSchema(option);
    const fields = Object.entries(properties).map(
      ([name, field]) => [`${title}.${name}`, typeof field === 'boolean' ? '' : field.description] as const,
    );
    return [[title, description] as const, ...fields].filter(([, text = '']) => !/^[A-Z].*\.$/.test(text));
  });
  expect(silent).toEqual([]);
});

describe('the published JSON Schema', () => {
  const published = JSON.parse(eventJsonSchema()) as JsonSchema;
  const schema = z.fromJSONSchema(published);
  const run = runOn(network('m1', 'w1'), [
    phase('one', task('Load', modules, { on: ['m1', 'w1'], args: ['ip_vs'] })),
  ]);

  it('accepts what a run emits', async () => {
    const { events } = await run;
    expect(events.filter((event) => !schema.safeParse(event).success)).toEqual([]);
  });

  it('refuses an event that lacks a field, and an unknown type', async () => {
    const [first] = (await run).events;
    expect(schema.safeParse({ ...first, schema: undefined }).success).toBe(false);
    expect(schema.safeParse({ ...first, schema: 2 }).success).toBe(false);
    expect(schema.safeParse({ ...first, type: 'run.begun' }).success).toBe(false);
  });

  it('accepts fields that later versions may add', async () => {
    const [first] = (await run).events;
    expect(schema.safeParse({ ...first, colour: 'red' }).success).toBe(true);
  });
});
