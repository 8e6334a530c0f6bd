// Imports go one way: a folder may import what the table allows, and no file imports itself around a corner.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findCycle,
  isTypeOnly,
  sourceDirectory,
  sourceFiles,
  sourceImports,
  type Import,
} from '../support/source-imports.ts';

const files = sourceFiles();
const edges = sourceImports();

/** Folder → the folders it may import. The same table is in docs/architecture.md. */
const table: Readonly<Record<string, readonly string[]>> = {
  cli: ['all'],
  ui: ['engine', 'core'],
  lab: ['transport', 'bundle', 'local', 'download', 'render', 'core'],
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
    'download',
    'render',
    'transport',
    'source',
    'core',
  ],
  engine: ['playbook', 'operations', 'diagnosis', 'facts', 'core'],
  playbook: ['operations', 'render', 'source', 'core'],
  inventory: ['source', 'kube', 'core'],
  operations: ['diagnosis', 'facts', 'ipvs', 'kube', 'platform', 'bundle', 'download', 'render', 'core'],
  diagnosis: ['facts', 'kube', 'core'],
  facts: ['ipvs', 'kube', 'platform', 'core'],
  ipvs: ['kube', 'core'],
  kube: ['render', 'core'],
  platform: ['core'],
  bundle: ['local', 'kube', 'download', 'core'],
  local: ['core'],
  download: ['core'],
  source: ['core'],
  render: ['core'],
  transport: ['core'],
  core: [],
};

function folderOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function isAllowed(from: string, to: string): boolean {
  return from === to || (table[from]?.some((folder) => folder === to || folder === 'all') ?? false);
}

function edge(from: string, to: string): Import {
  return { from, to, isRuntime: true };
}

describe('imports', () => {
  it('stay inside what the table allows', () => {
    const forbidden = edges.filter(({ from, to }) => !isAllowed(folderOf(from), folderOf(to)));
    expect(forbidden.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('name files that are there', () => {
    const all = [...files, 'cli/completion/commands.json'];
    const missing = edges.filter(({ to }) => !all.includes(to));
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
    const folders = readdirSync(sourceDirectory, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    expect(Object.keys(table).toSorted()).toEqual(folders.toSorted());
  });

  it('is the one of docs/architecture.md', () => {
    const text = readFileSync(path.join(sourceDirectory, '..', 'docs', 'architecture.md'), 'utf8');
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
