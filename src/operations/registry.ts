// All operations that a playbook can name.
import { fileAbsent } from './file-absent.ts';
import { filePresent } from './file-present.ts';
import { kernelModulesForgotten } from './kernel-modules-forgotten.ts';
import { kernelModulesLoaded } from './kernel-modules-loaded.ts';
import type { Operation } from './operation.ts';
import { packagesInstalled } from './packages-installed.ts';
import { sysctlForgotten } from './sysctl-forgotten.ts';
import { sysctlSet } from './sysctl-set.ts';

/** Every operation, sorted by name. */
export const operations: readonly Operation[] = [
  fileAbsent,
  filePresent,
  kernelModulesForgotten,
  kernelModulesLoaded,
  packagesInstalled,
  sysctlForgotten,
  sysctlSet,
];

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
