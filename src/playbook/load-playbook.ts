// Reads playbooks: shipped ones by name, users' own by path.
import path from 'node:path';
import { BootstrapError, ErrorList } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { packagePath } from '../core/package-root.ts';
import type { Operation } from '../operations/operation.ts';
import { readSource } from '../source/read-source.ts';
import type { Source } from '../source/source.ts';
import { throwAll } from './errors.ts';
import { findPhases, type FoundPhase } from './find-phases.ts';
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
  if (isList(source)) return loadList(source, operations);
  const phase = loadPhase(source, operations);
  return { name: phase.name, title: phase.title, phases: [phase] };
}

/** A file without `tasks` is a list already when a key is nearly `phases`: so its mistakes are about lists. */
function isList({ value }: Source): boolean {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'tasks')) return false;
  return Object.keys(value).some((key) => key === 'phases' || nearest(key, ['phases', 'tasks']) === 'phases');
}

/** Reads all phases before it complains, so that the mistakes of the list and of all its files come at once. */
async function loadList(source: Source, operations: readonly Operation[]): Promise<Playbook> {
  const parsed = listSchema.safeParse(source.value);
  if (!parsed.success) {
    throwAll(source.errorsFrom(parsed.error.issues, 'playbook.invalid', listSchema));
    throw new BootstrapError('internal', 'a list file failed its schema without an error');
  }
  const { name, title, phases } = parsed.data;
  const found = findPhases(source, phases);
  const loaded = await Promise.all(found.map((one) => loadListed(source, one, operations)));
  const errors = loaded.flatMap((one) => (Array.isArray(one) ? (one as readonly BootstrapError[]) : []));
  throwAll(errors);
  return { name, title, phases: loaded.filter((one) => !Array.isArray(one)) as readonly Phase[] };
}

/** A phase of a list, or what is wrong with it. */
async function loadListed(
  list: Source,
  found: FoundPhase,
  operations: readonly Operation[],
): Promise<Phase | readonly BootstrapError[]> {
  if ('error' in found) return [found.error];
  const { name, index, file } = found;
  try {
    const source = await readSource(file, 'playbook.invalid');
    if (isList(source)) {
      const message = `${JSON.stringify(name)} is a list of phases itself`;
      const hint = 'A list can name phases only: name those of that list here.';
      return [list.error('playbook.invalid', { message, path: ['phases', index], hint })];
    }
    const phase = loadPhase(source, operations);
    if (phase.name === name) return phase;
    const message = `the name differs from the file name, ${JSON.stringify(name)}`;
    return [source.error('playbook.invalid', { message, path: ['name'] })];
  } catch (error) {
    return errorsOf(error);
  }
}

function errorsOf(error: unknown): readonly BootstrapError[] {
  if (!(error instanceof BootstrapError)) throw error;
  return error instanceof ErrorList ? error.errors : [error];
}
