// Answers in parts: a line `== NAME` begins one, and each line of it is indented by a blank.
import { script } from '../../core/command.ts';

export interface Section {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Defines `section`, `body` (lines of stdin, the last `$1`), and `limit`, which ends what hangs. */
export const sectionFunctions = script(`
section() { printf '== %s\\n' "$1"; }
body() { tail -n "$1" | tr -d '\\000' | cut -c 1-2400 | sed 's/^/ /'; }
limit() { seconds=$1; shift; timeout "$seconds" "$@" </dev/null; }
`);

/** @throws Error when a line belongs to no part */
export function readSections(text: string): readonly Section[] {
  const sections: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('== ')) sections.push({ name: line.slice(3), lines: [] });
    else if (line !== '') {
      const last = sections.at(-1);
      if (last === undefined) throw new Error(`unexpected answer: ${line.slice(0, 80)}`);
      last.lines.push(line.slice(1));
    }
  }
  return sections;
}
