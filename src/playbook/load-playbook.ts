// Finds and reads playbooks: shipped ones by name, users' own by path.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { BootstrapError } from '../core/errors.ts';
import { packagePath } from '../core/package-root.ts';
import type { Operation } from '../operations/operation.ts';
import { nearest } from '../source/nearest.ts';
import { readSource } from '../source/read-source.ts';
import type { Source } from '../source/source.ts';
import { joinWords } from '../source/words.ts';
import { throwAll } from './errors.ts';
import { loadPhase } from './load-phase.ts';
import { listSchema } from './schema.ts';
import type { Phase, Playbook } from './task.ts';

/** The path of a playbook that ships with the program, such as `up`. */
export function shippedPlaybook(name: string): string {
  return path.join(packagePath('playbooks'), `${name}.yaml`);
}

/**
 * Reads a list file with all its phases, or a phase file as a list of one. A list's phases lie beside it; those that
 * do not are taken from the shipped ones.
 * @throws ErrorList of `playbook.invalid` with positions, BootstrapError `file.unreadable`.
 */
export async function loadPlaybook(file: string, operations: readonly Operation[]): Promise<Playbook> {
  const source = await readSource(file, 'playbook.invalid');
  const { value } = source;
  if (typeof value !== 'object' || value === null || !('phases' in value)) {
    const phase = loadPhase(source, operations);
    return { name: phase.name, title: phase.title, phases: [phase] };
  }
  return loadList(source, operations);
}

async function loadList(source: Source, operations: readonly Operation[]): Promise<Playbook> {
  const parsed = listSchema.safeParse(source.value);
  if (!parsed.success) {
    throwAll(source.errorsFrom(parsed.error.issues, 'playbook.invalid', listSchema));
    throw new BootstrapError('internal', 'a list file failed its schema without an error');
  }
  const { name, title, phases } = parsed.data;
  const files = findPhases(source, phases);
  const sources = await Promise.all(files.map((file) => readSource(file, 'playbook.invalid')));
  return { name, title, phases: collect(sources, phases, operations) };
}

/** Reads all phases before it complains, so that the mistakes of all files come at once. */
function collect(
  sources: readonly Source[],
  names: readonly string[],
  operations: readonly Operation[],
): readonly Phase[] {
  const errors: BootstrapError[] = [];
  const phases: Phase[] = [];
  for (const [index, source] of sources.entries()) {
    try {
      const phase = loadPhase(source, operations);
      if (phase.name === names[index]) phases.push(phase);
      else
        errors.push(
          source.error('playbook.invalid', 'the name differs from the file name', ['name'], 'value'),
        );
    } catch (error) {
      errors.push(...errorsOf(error));
    }
  }
  throwAll(errors);
  return phases;
}

function errorsOf(error: unknown): readonly BootstrapError[] {
  if (!(error instanceof BootstrapError)) throw error;
  return 'errors' in error ? (error.errors as readonly BootstrapError[]) : [error];
}

/** The files of a list's phases. */
function findPhases(source: Source, names: readonly string[]): readonly string[] {
  const folders = [path.dirname(source.file), packagePath('playbooks')];
  const known = new Map(folders.toReversed().flatMap((folder) => playbooksIn(folder)));
  known.delete(path.basename(source.file, '.yaml'));
  const errors = names.flatMap((name, index) => {
    const place = ['phases', index];
    if (names.indexOf(name) !== index) {
      return [
        source.error('playbook.invalid', `phase ${JSON.stringify(name)} is listed twice`, place, 'value'),
      ];
    }
    if (known.has(name)) return [];
    const near = nearest(name, [...known.keys()]);
    const hint =
      near === undefined
        ? `The playbooks here are ${joinWords([...known.keys()].sort(), 'and', 30)}.`
        : `Did you mean ${JSON.stringify(near)}?`;
    return [
      source.error('playbook.invalid', `there is no phase ${JSON.stringify(name)}`, place, 'value', { hint }),
    ];
  });
  throwAll(errors);
  return names.flatMap((name) => known.get(name) ?? []);
}

function playbooksIn(folder: string): (readonly [string, string])[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [path.basename(file, '.yaml'), path.join(folder, file)]);
}
