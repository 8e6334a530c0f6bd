// Where the phases of a list are: beside it, or among the shipped ones.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { BootstrapError } from '../core/errors.ts';
import { didYouMean, nearest } from '../core/nearest.ts';
import { packagePath } from '../core/package-root.ts';
import type { Source } from '../source/source.ts';
import { joinWords, showValue } from '../source/words.ts';

/** A phase as a list names it: its file, or why there is none. */
export type FoundPhase =
  | { readonly name: string; readonly index: number; readonly file: string }
  | { readonly error: BootstrapError };

/** Looks for the files of a list's phases. */
export function findPhases(source: Source, names: readonly string[]): readonly FoundPhase[] {
  const folders = [packagePath('playbooks'), path.dirname(source.file)];
  const known = new Map(folders.flatMap((folder) => playbooksIn(folder)));
  const own = path.basename(source.file, '.yaml');
  known.delete(own);
  return names.map((name, index) => {
    const complain = (message: string, hint?: string): FoundPhase => ({
      error: source.error('playbook.invalid', { message, path: ['phases', index], hint }),
    });
    if (names.indexOf(name) !== index) return complain(`phase ${showValue(name)} is listed twice`);
    if (name === own) return complain('a list cannot contain itself');
    const file = known.get(name);
    if (file !== undefined) return { name, index, file };
    const near = nearest(name, [...known.keys()]);
    const choices = `The playbooks here are ${joinWords([...known.keys()].sort(), 'and', 30)}.`;
    return complain(`there is no phase ${showValue(name)}`, near === undefined ? choices : didYouMean(near));
  });
}

function playbooksIn(folder: string): (readonly [string, string])[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [path.basename(file, '.yaml'), path.join(folder, file)]);
}
