// Our own directories on a host, as far as they are there.
import { cmd } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import type { Fact } from '../fact.ts';

/** Configuration and state; not the run directory, where the lock of the running program is. */
const directories = [managedDirectories.config, managedDirectories.state] as const;

/** Paths of those that exist. */
export const ownDirectories: Fact<readonly string[]> = {
  name: 'own.directories',
  scope: 'host',
  probe: () => cmd`for path in ${directories}; do [ ! -d "$path" ] || echo "$path"; done`,
  parse: ({ stdout }) => stdout.split('\n').filter((line) => line !== ''),
};
