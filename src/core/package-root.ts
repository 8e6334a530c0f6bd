// Finds files that ship with the program: templates and playbooks.
import { fileURLToPath } from 'node:url';

// src/core/ lies as deep as dist/cli/ and dist/chunks/, into which it is bundled.
const packageRoot = new URL('../../', import.meta.url);

/** Absolute path of a file or directory in the package: packagePath('templates'). */
export function packagePath(relative: string): string {
  return fileURLToPath(new URL(relative, packageRoot));
}
