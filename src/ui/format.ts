// Small formats shared by the screens: durations, counts, tables.

/** A duration for people: 850 ms, 4.2 s, 3 min 05 s. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/**
 * Lines of an aligned table with a heading, in the way of kubectl: columns in the order in which the rows name
 * them, three blanks between, no trailing blanks. No rows give no lines.
 */
export function formatTable(rows: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return [];
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((name) => row[name] ?? '')),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

/**
 * Lines of a list of labelled texts: labels in a column, texts beside it and broken between words, so that no line is
 * longer than `width` unless a word is.
 */
export function formatLabelled(
  rows: readonly (readonly [label: string, text: string])[],
  width: number,
): readonly string[] {
  const indent = Math.max(0, ...rows.map(([label]) => label.length)) + 3;
  return rows.flatMap(([label, text]) =>
    wrap(text, width - indent).map((line, index) => `${(index === 0 ? label : '').padEnd(indent)}${line}`),
  );
}

function wrap(text: string, width: number): readonly string[] {
  return text.split(' ').reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) return [...lines, word];
    return [...lines.slice(0, -1), `${last} ${word}`];
  }, []);
}
