// Imports go one way: a folder may import what the table allows, and no file imports itself around a corner.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const source = path.join(root, 'src');

/** Folder → the folders it may import. The same table is in docs/architecture.md. */
const table: Readonly<Record<string, readonly string[]>> = {
  cli: ['all'],
  ui: ['engine', 'core'],
  lab: ['transport', 'bundle', 'render', 'core'],
  app: [
    'engine',
    'playbook',
    'inventory',
    'operations',
    'facts',
    'ipvs',
    'kube',
    'platform',
    'bundle',
    'render',
    'transport',
    'source',
    'core',
  ],
  engine: ['playbook', 'operations', 'facts', 'core'],
  playbook: ['operations', 'render', 'source', 'core'],
  inventory: ['source', 'kube', 'core'],
  operations: ['facts', 'ipvs', 'kube', 'platform', 'bundle', 'render', 'core'],
  facts: ['ipvs', 'kube', 'platform', 'core'],
  ipvs: ['core'],
  kube: ['render', 'core'],
  platform: ['core'],
  bundle: ['core'],
  source: ['core'],
  render: ['core'],
  transport: ['core'],
  core: [],
};

interface Edge {
  /** Paths below src/, with forward slashes. */
  readonly from: string;
  readonly to: string;
  /** Whether it is still there when the types are gone. */
  readonly isRuntime: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(path.sep).join('/'))
  .sort();
const edges = files.flatMap(importsOf);

function importsOf(file: string): readonly Edge[] {
  const text = readFileSync(path.join(source, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName, pos }) => {
    if (!fileName.startsWith('.')) return [];
    const to = path.posix.normalize(path.posix.join(path.posix.dirname(file), fileName));
    return [{ from: file, to, isRuntime: !isTypeOnly(text, pos) }];
  });
}

/** Whether the statement that ends with this specifier is `import type` or `export type`. */
function isTypeOnly(text: string, specifier: number): boolean {
  const before = text.slice(0, specifier);
  const statement = before.slice(Math.max(before.lastIndexOf('\nimport'), before.lastIndexOf('\nexport')));
  return /^\n(import|export) type\b/.test(statement);
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function isAllowed(from: string, to: string): boolean {
  return from === to || (table[from]?.some((folder) => folder === to || folder === 'all') ?? false);
}

/** Files that can be reached from themselves, as the way they can be. */
function findCycle(all: readonly Edge[]): readonly string[] | undefined {
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

function edge(from: string, to: string): Edge {
  return { from, to, isRuntime: true };
}

describe('imports', () => {
  it('stay inside what the table allows', () => {
    const forbidden = edges.filter(({ from, to }) => !isAllowed(folderOf(from), folderOf(to)));
    expect(forbidden.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('name files that are there', () => {
    const missing = edges.filter(({ to }) => !files.includes(to));
    expect(missing.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('make no cycle among files', () => {
    expect(findCycle(edges.filter(({ isRuntime }) => isRuntime))).toBeUndefined();
  });

  it('make no cycle among folders, types included', () => {
    const folders = edges.map((edge) => ({ ...edge, from: folderOf(edge.from), to: folderOf(edge.to) }));
    expect(findCycle(folders.filter(({ from, to }) => from !== to))).toBeUndefined();
  });

  it('are read by this test at all', () => {
    expect(edges.length).toBeGreaterThan(files.length);
    expect(findCycle([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toEqual(['a', 'b', 'c', 'a']);
    expect(isAllowed('core', 'engine')).toBe(false);
    expect(isTypeOnly("// x\nimport type { A } from '", 26)).toBe(true);
    expect(isTypeOnly("// x\nimport { A } from '", 21)).toBe(false);
  });
});

describe('the table', () => {
  it('has a row for every folder', () => {
    const folders = readdirSync(source, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    expect(Object.keys(table).toSorted()).toEqual(folders.toSorted());
  });

  it('is the one of docs/architecture.md', () => {
    const text = readFileSync(path.join(root, 'docs', 'architecture.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)\/` *\|[^|]*\| ([^|]*?) *\|$/gm)].map(
      ([, folder = '', allowed = '']) => [folder, allowed === '–' ? [] : allowed.split(/,\s*/)],
    );
    expect(Object.fromEntries(rows)).toEqual(table);
  });

  it('lets nothing but the command line know everything', () => {
    expect(Object.entries(table).filter(([, allowed]) => allowed.includes('all'))).toEqual([
      ['cli', ['all']],
    ]);
  });
});
