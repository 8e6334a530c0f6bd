// Wanted fields against a live object: does it have them, and what would it be with them.
import { isJsonObject, type JsonObject } from './object.ts';

/**
 * Whether `live` has everything that `wanted` says: maps may have more keys, lists must be as long. An empty wanted value
 * is also met by an absent one, as the API leaves such fields out.
 */
export function isWithin(wanted: unknown, live: unknown): boolean {
  if (isJsonObject(wanted)) {
    const fields = isJsonObject(live) ? live : {};
    if (live !== undefined && live !== null && !isJsonObject(live)) return false;
    return Object.entries(wanted).every(([key, value]) => isWithin(value, fields[key]));
  }
  if (Array.isArray(wanted)) {
    const items: readonly unknown[] = Array.isArray(live) ? live : [];
    return wanted.length === items.length && wanted.every((item, index) => isWithin(item, items[index]));
  }
  return wanted === live || ((live === undefined || live === null) && isEmpty(wanted));
}

/** `live` with the wanted fields put in; lists are replaced as a whole. */
export function merge(live: JsonObject, wanted: JsonObject): JsonObject {
  const merged = Object.entries(wanted).map(([key, value]): [string, unknown] => {
    const old = live[key];
    return [key, isJsonObject(old) && isJsonObject(value) ? merge(old, value) : value];
  });
  return { ...live, ...Object.fromEntries(merged) };
}

/** The live values of the wanted fields alone, for a diff that shows no more than what is decided here. */
export function restrictTo(wanted: unknown, live: unknown): unknown {
  if (!isJsonObject(wanted) || !isJsonObject(live)) return live;
  const known = Object.keys(wanted).filter((key) => live[key] !== undefined);
  return Object.fromEntries(known.map((key) => [key, restrictTo(wanted[key], live[key])]));
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === false || value === 0 || value === '0s' || value === null;
}
