// All commands with their options and arguments, as data: completion reads it instead of the commands' definitions.

/** What can stand for a value: fixed words, files, or names out of the inventory or a lab. */
export type ValueKind =
  'words' | 'inventory' | 'playbook' | 'file' | 'hosts' | 'namespaces' | 'labs' | 'nodes' | 'unknown';

export interface ValueRow {
  readonly kind: ValueKind;
  /** For `words`: each with what it means. */
  readonly words?: readonly (readonly [string, string])[];
  /** Several can be given: with commas between in an option's value, with blanks as arguments. */
  readonly isList?: boolean;
}

export interface OptionRow {
  /** `-l` and `--limit`. */
  readonly names: readonly string[];
  readonly description: string;
  /** What it takes; undefined for a switch. */
  readonly value?: ValueRow;
}

export interface CommandRow {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionRow[];
  readonly values: readonly ValueRow[];
  readonly commands: readonly CommandRow[];
  /** Options end at the first argument; what follows is somebody else's. */
  readonly passesThrough?: boolean;
}
