// Paths into a document, and how they are written for people.

/** Keys and list indexes from the root of a document to one value. */
export type DocumentPath = readonly PropertyKey[];

/** `hosts[1].ssh.port`; indexes count from 0, as in Kubernetes' own messages. */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = /^[\w-]+$/.test(String(key)) ? String(key) : JSON.stringify(String(key));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** The value at `path` in plain data, or undefined. */
export function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((current, key) => {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined;
    return (current as Record<PropertyKey, unknown>)[key];
  }, value);
}
