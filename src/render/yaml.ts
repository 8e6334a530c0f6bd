// The one writer of YAML: typed objects in, documents out that Go's YAML 1.1 readers take the same way.
import { stringify } from 'yaml';

/**
 * Writes one YAML document. Strings that YAML 1.1 would read as something else (yes, on, 12:30) are quoted, lines are
 * never folded, and no anchors are made.
 */
export function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** Writes several documents into one stream, separated by `---`. */
export function toYamlStream(values: readonly unknown[]): string {
  return values.map(toYaml).join('---\n');
}
