// Which programs a host has.
import { cmd } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** Those of the asked names that are in the PATH. */
export const programs: Fact<readonly string[], { readonly names: readonly string[] }> = {
  name: 'host.programs',
  scope: 'host',
  probe: ({ names }) =>
    cmd`for name in ${names}; do if command -v "$name" >/dev/null 2>&1; then echo "$name"; fi; done`,
  parse: ({ stdout }) => stdout.split('\n').filter((line) => line !== ''),
};
