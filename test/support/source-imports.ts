// Which file below src/ imports which, for the tests of the architecture.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const sourceDirectory = path.join(import.meta.dirname, '..', '..', 'src');

/** One import of one file below src/ by another. */
export interface Import {
  /** Paths below src/, with forward slashes. */
  readonly from: string;
  readonly to: string;
  /** Whether it is still there when the types are gone. */
  readonly isRuntime: boolean;
}

/** All sources, sorted, as paths below src/. */
export function sourceFiles(): readonly string[] {
  return readdirSync(sourceDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}

export function sourceImports(): readonly Import[] {
  return sourceFiles().flatMap(importsOf);
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(path.join(sourceDirectory, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName, pos }) => {
    if (!fileName.startsWith('.')) return [];
    const to = path.posix.normalize(path.posix.join(path.posix.dirname(file), fileName));
    return [{ from: file, to, isRuntime: !isTypeOnly(text, pos) }];
  });
}

/** Whether the statement that ends with this specifier is `import type` or `export type`. */
export function isTypeOnly(text: string, specifier: number): boolean {
  const before = text.slice(0, specifier);
  const statement = before.slice(Math.max(before.lastIndexOf('\nimport'), before.lastIndexOf('\nexport')));
  return /^\n(import|export) type\b/.test(statement);
}

/** A file that can be reached from itself, as the way it can be; undefined when there is none. */
export function findCycle(all: readonly Import[]): readonly string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of all) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of next.get(file) ?? []) {
      const cycle = visit(to, [...way, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  return [...next.keys()].map((file) => visit(file, [])).find((cycle) => cycle !== undefined);
}
