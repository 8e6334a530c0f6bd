// Which phases of a playbook to run: all, some by name, or all but some.
import { BootstrapError, ErrorList } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Phase } from '../playbook/task.ts';

export interface PhaseChoice {
  /** Only these, in the playbook's order. */
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
}

/** @throws ErrorList of `usage`: every name that no phase has. */
export function choosePhases(phases: readonly Phase[], { only, skip = [] }: PhaseChoice): readonly Phase[] {
  checkNames(
    'phase',
    [...(only ?? []), ...skip],
    phases.map(({ name }) => name),
  );
  return phases.filter(({ name }) => (only?.includes(name) ?? true) && !skip.includes(name));
}

/** @throws ErrorList of `usage`: every one of `names` that is not among `known`, with the nearest that is. */
export function checkNames(noun: string, names: readonly string[], known: readonly string[]): void {
  const errors = names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const hint = near === undefined ? `There are ${known.join(', ')}.` : `Did you mean "${near}"?`;
      return new BootstrapError('usage', `there is no ${noun} called "${name}"`, { hint });
    });
  const [first, ...rest] = errors;
  if (first !== undefined) throw new ErrorList([first, ...rest]);
}
