// Reads data-driven test cases: test/cases/KIND/SUBJECT/CASE.yaml, one case a file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument, type ScalarTag } from 'yaml';
import { Secret } from '../../src/core/secret.ts';
import { isAnswers, type Answer } from './case-facts.ts';

const casesDirectory = path.join(import.meta.dirname, '..', 'cases');

/** `!secret text` in a case stands for a Secret that holds the text. */
const secretTag: ScalarTag = {
  tag: '!secret',
  resolve: (text) => new Secret(text, 'secret of a test case'),
};

/** `!unreachable ''` as a fact stands for a host that could not be asked. */
const unreachableTag: ScalarTag = { tag: '!unreachable', resolve: () => undefined };

/** `!null ''` stands for null where a bare one would take away what the world has. */
const nullTag: ScalarTag = { tag: '!null', resolve: () => plainNull };

const plainNull = Symbol('null');

export interface CaseFile {
  /** Operation or fact that the case is about: the folder's name. */
  readonly subject: string;
  /** What the case shows: the file's name, with blanks for hyphens. */
  readonly title: string;
  readonly file: string;
  readonly data: unknown;
}

/** All cases of a kind, sorted by folder and file. */
export function loadCases(kind: 'facts' | 'operations'): readonly CaseFile[] {
  const root = path.join(casesDirectory, kind);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort()
    .flatMap((subject) => {
      const directory = path.join(root, subject);
      const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
      const world = names.includes(worldFile) ? readYaml(path.join(directory, worldFile)) : {};
      return names
        .filter((name) => name !== worldFile)
        .sort()
        .map((name) => readCase(subject, path.join(directory, name), world));
    });
}

/** What all cases of a folder have under them. */
const worldFile = 'world.yaml';

function readCase(subject: string, file: string, world: unknown): CaseFile {
  const title = path.basename(file, '.yaml').replaceAll('-', ' ');
  return { subject, title, file, data: laidOver(world, readYaml(file) ?? {}) };
}

function readYaml(file: string): unknown {
  return readCaseText(readFileSync(file, 'utf8'), file);
}

/** YAML with the tags of cases, as plain data. */
export function readCaseText(text: string, file: string): unknown {
  const document = parseDocument(text, { customTags: [secretTag, unreachableTag, nullTag] });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`, { cause: error });
  return document.toJS() as unknown;
}

/**
 * Maps are laid over each other key by key, the answers of a fact question by question, lists and all else whole; null
 * takes away what lies below.
 */
export function laidOver(below: unknown, above: unknown): unknown {
  if (above === plainNull) return null;
  if (isAnswers(below) && isAnswers(above)) return answersOver(below, above);
  if (!isMap(above)) return above;
  const under = isMap(below) ? below : {};
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(above)) {
    if (value === null && Object.hasOwn(under, key)) merged.delete(key);
    else merged.set(key, laidOver(under[key], value));
  }
  return Object.fromEntries(merged);
}

function answersOver(below: readonly Answer[], above: readonly Answer[]): readonly Answer[] {
  const isSame = (one: Answer) => (other: Answer) => isDeepStrictEqual(one.args, other.args);
  const under = below.map((one) => {
    const over = above.find(isSame(one));
    return over === undefined ? one : { args: one.args, value: laidOver(one.value, over.value) };
  });
  return [...under, ...above.filter((one) => !below.some(isSame(one)))];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
