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
  /** Name of the file that it is laid over. */
  readonly world: string;
  readonly data: unknown;
}

/** All cases of a kind, sorted by folder and file. */
export function loadCases(kind: 'facts' | 'operations'): readonly CaseFile[] {
  const root = path.join(casesDirectory, kind);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort()
    .flatMap((subject) => loadFolder(path.join(root, subject)));
}

/** The cases of a folder, sorted by file, each laid over the world it names. */
export function loadFolder(directory: string): readonly CaseFile[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  const worlds = readWorlds(directory, files.filter(isWorld));
  const cases = files
    .filter((name) => !isWorld(name))
    .sort()
    .map((name) => readCase(path.join(directory, name), worlds));
  const used = new Set([worldFile, ...cases.map(({ world }) => world)]);
  const idle = [...worlds.keys()].find((file) => !used.has(file));
  if (idle !== undefined) throw new Error(`${path.join(directory, idle)}: no case names this world`);
  return cases;
}

/** What all cases of a folder have under them. */
const worldFile = 'world.yaml';

/** What the cases that name it have over that. */
function furtherWorldFile(name: unknown): string {
  return `world.${String(name)}.yaml`;
}

function isWorld(file: string): boolean {
  return file === worldFile || /^world\..+\.yaml$/.test(file);
}

/** The worlds of a folder by file, the further ones laid over that of all cases. */
type Worlds = ReadonlyMap<string, unknown>;

function readWorlds(directory: string, files: readonly string[]): Worlds {
  const read = (file: string) => readYaml(path.join(directory, file));
  const common = files.includes(worldFile) ? read(worldFile) : {};
  const further = files.filter((file) => file !== worldFile);
  return new Map([
    [worldFile, common],
    ...further.map((file) => [file, laidOver(common, read(file))] as const),
  ]);
}

function readCase(file: string, worlds: Worlds): CaseFile {
  const subject = path.basename(path.dirname(file));
  const title = path.basename(file, '.yaml').replaceAll('-', ' ');
  const read = readYaml(file);
  const { world: name, ...own } = isMap(read) ? read : {};
  const world = name === undefined ? worldFile : furtherWorldFile(name);
  if (!worlds.has(world)) throw new Error(`${file}: there is no ${world} in its folder`);
  return { subject, title, file, world, data: laidOver(worlds.get(world), own) };
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
  if (Array.isArray(above)) return above.map((item: unknown) => laidOver(undefined, item));
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
  const further = above.filter((one) => !below.some(isSame(one)));
  return [...under, ...further.map(({ args, value }) => ({ args, value: laidOver(undefined, value) }))];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
