// Looks things up in a zod schema by document path: valid keys, titles and descriptions for messages.
import { z } from 'zod';
import type { DocumentPath } from './path.ts';

export type Schema = z.core.$ZodType;

type Definition = z.core.$ZodTypes['_zod']['def'];

/**
 * The schemas that may apply at `path`: none for an unknown path, several where a union is not decided.
 * @param value the checked data, which decides discriminated unions
 */
export function schemasAt(schema: Schema, path: DocumentPath, value: unknown): readonly Schema[] {
  const [segment, ...rest] = path;
  const layers = expand(schema, value);
  if (segment === undefined) return layers;
  const inner =
    typeof value === 'object' && value !== null ? (Reflect.get(value, segment) as unknown) : undefined;
  return layers.flatMap((layer) => child(layer, segment)).flatMap((next) => schemasAt(next, rest, inner));
}

/** The keys that the objects among the schemas know. */
export function knownKeys(schemas: readonly Schema[]): string[] {
  return [
    ...new Set(
      schemas.map(definition).flatMap((def) => (def.type === 'object' ? Object.keys(def.shape) : [])),
    ),
  ];
}

/** A title, description or hint that a schema, or one that it wraps, was given by `meta`. */
export function metaOf(
  schemas: readonly Schema[],
  key: 'title' | 'description' | 'hint',
): string | undefined {
  for (const schema of schemas) {
    const text = z.globalRegistry.get(schema)?.[key];
    if (typeof text === 'string') return text;
  }
  return undefined;
}

/** A schema and everything that it wraps: what is optional, has a default, or is one of several. */
function expand(schema: Schema, value: unknown): readonly Schema[] {
  const def = definition(schema);
  if ('innerType' in def) return [schema, ...expand(def.innerType, value)];
  if (def.type === 'pipe') return [schema, ...expand(def.in, value)];
  if (def.type === 'lazy') return [schema, ...expand(def.getter(), value)];
  if (def.type === 'union')
    return [schema, ...options(def, value).flatMap((option) => expand(option, value))];
  return [schema];
}

function options(def: z.core.$ZodUnionDef, value: unknown): readonly Schema[] {
  if (!('discriminator' in def) || typeof value !== 'object' || value === null) return def.options;
  const key = String(def.discriminator);
  const chosen = Reflect.get(value, key) as unknown;
  return def.options.filter((option) =>
    expand(option, value).some((layer) => {
      const inner = definition(layer);
      return (
        inner.type === 'object' &&
        inner.shape[key]?._zod.values?.has(chosen as z.core.util.Primitive) === true
      );
    }),
  );
}

function child(schema: Schema, segment: PropertyKey): readonly Schema[] {
  const def = definition(schema);
  if (def.type === 'object') {
    const found = Object.hasOwn(def.shape, segment) ? def.shape[String(segment)] : def.catchall;
    return found === undefined ? [] : [found];
  }
  if (def.type === 'array') return [def.element];
  if (def.type === 'record') return [def.valueType];
  return [];
}

function definition(schema: Schema): Definition {
  return (schema as z.core.$ZodTypes)._zod.def;
}
