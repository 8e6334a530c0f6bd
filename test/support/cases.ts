// Reads data-driven test cases: test/cases/KIND/SUBJECT/CASE.yaml, one case a file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument, type ScalarTag } from 'yaml';
import { Secret } from '../../src/core/secret.ts';

const casesDirectory = path.join(import.meta.dirname, '..', 'cases');

/** `!secret text` in a case stands for a Secret that holds the text. */
const secretTag: ScalarTag = {
  tag: '!secret',
  resolve: (text) => new Secret(text, 'secret of a test case'),
};

/** `!unreachable ''` as a fact stands for a host that could not be asked. */
const unreachableTag: ScalarTag = { tag: '!unreachable', resolve: () => undefined };

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
      return readdirSync(directory)
        .filter((name) => name.endsWith('.yaml'))
        .sort()
        .map((name) => readCase(subject, path.join(directory, name)));
    });
}

function readCase(subject: string, file: string): CaseFile {
  const document = parseDocument(readFileSync(file, 'utf8'), { customTags: [secretTag, unreachableTag] });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`, { cause: error });
  const title = path.basename(file, '.yaml').replaceAll('-', ' ');
  return { subject, title, file, data: document.toJS() as unknown };
}
