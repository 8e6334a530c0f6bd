// A cursor over data that may have any shape: reads what is there and keeps its path.
import { valueAt, type DocumentPath } from '../../source/path.ts';

/** A value and where it stands. */
export interface Placed<T> {
  readonly value: T;
  readonly path: DocumentPath;
}

/** A place in a document. Asking for what is not there, or has another type, gives nothing instead of an error. */
export class Entry {
  readonly path: DocumentPath;
  readonly #value: unknown;

  constructor(value: unknown, path: DocumentPath = []) {
    this.#value = value;
    this.path = path;
  }

  get isThere(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  get isTrue(): boolean {
    return this.#value === true;
  }

  get(...keys: readonly string[]): Entry {
    return new Entry(valueAt(this.#value, keys), [...this.path, ...keys]);
  }

  items(): Entry[] {
    if (!Array.isArray(this.#value)) return [];
    return this.#value.map((item: unknown, index) => new Entry(item, [...this.path, index]));
  }

  /** The keys of a map, each with what it holds. */
  entries(): (readonly [key: string, entry: Entry])[] {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value)) return [];
    return Object.keys(this.#value).map((key) => [key, this.get(key)]);
  }

  text(): Placed<string> | undefined {
    return this.parse((text) => text);
  }

  number(): Placed<number> | undefined {
    return typeof this.#value === 'number' ? { value: this.#value, path: this.path } : undefined;
  }

  /** The text here as something better, if it can be read so. */
  parse<T>(read: (text: string) => T | undefined): Placed<T> | undefined {
    if (typeof this.#value !== 'string') return undefined;
    const value = read(this.#value);
    return value === undefined ? undefined : { value, path: this.path };
  }
}

/** The values that could be read, without the gaps. */
export function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
