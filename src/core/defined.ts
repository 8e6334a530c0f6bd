// An object without the keys that are there and hold nothing, as exact optional types want it.

type MayBeUndefined<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** The same with each key that may hold nothing optional instead. */
export type Defined<T> = Omit<T, MayBeUndefined<T>> & {
  readonly [K in MayBeUndefined<T>]?: Exclude<T[K], undefined>;
};

/** `value` without the keys that hold undefined. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}
