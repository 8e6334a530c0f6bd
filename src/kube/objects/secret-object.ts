// Objects of kind Secret: what of them nobody may see.
import { mask, Secret } from '../../core/secret.ts';
import { isJsonObject, valueAt, type KubernetesObject } from './object.ts';

/** The fields with values; those of the first are in base64. */
const fields = ['data', 'stringData'] as const;

/** Keys and tokens within documents, such as the lines of a PEM file: what fails may show only some of them. */
const longWord = /[\w+/=.-]{32,}/g;

/** An object as it may be shown: of a Secret the names of its values alone. */
export function withoutSecretValues(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Secret') return object;
  const hidden = fields.filter((field) => object[field] !== undefined);
  return { ...object, ...Object.fromEntries(hidden.map((field) => [field, hide(object[field])])) };
}

function hide(values: unknown): unknown {
  return isJsonObject(values) ? Object.fromEntries(Object.keys(values).map((key) => [key, mask])) : mask;
}

/** The values of a Secret: as they are written, and what that means. None of any other object. */
export function secretValues(object: KubernetesObject): readonly Secret[] {
  if (object.kind !== 'Secret') return [];
  const texts = fields.flatMap((field) =>
    Object.values(valueAt(object, field) ?? {}).flatMap((value: unknown) => {
      if (typeof value !== 'string') return [];
      const all = field === 'data' ? [value, Buffer.from(value, 'base64').toString()] : [value];
      return [...all, ...all.flatMap((text) => text.match(longWord) ?? [])];
    }),
  );
  const label = `value of the Secret ${object.metadata.name}`;
  return [...new Set(texts)].map((text) => new Secret(text, label));
}
