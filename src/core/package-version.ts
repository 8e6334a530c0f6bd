// The version of this program.
import { readFileSync } from 'node:fs';
import { packagePath } from './package-root.ts';

/** As package.json has it: `0.1.0`. */
export function packageVersion(): string {
  const text = readFileSync(packagePath('package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
