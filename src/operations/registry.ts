// All operations that a playbook can name.
import { binariesAbsent } from './binaries-absent.ts';
import { binariesInstalled } from './binaries-installed.ts';
import { fileAbsent } from './file-absent.ts';
import { filePresent } from './file-present.ts';
import { imagesAbsent } from './images-absent.ts';
import { imagesImported } from './images-imported.ts';
import { kernelModulesForgotten } from './kernel-modules-forgotten.ts';
import { kernelModulesLoaded } from './kernel-modules-loaded.ts';
import type { Operation } from './operation.ts';
import { packagesInstalled } from './packages-installed.ts';
import { serviceEnabled } from './service-enabled.ts';
import { serviceRunning } from './service-running.ts';
import { serviceStopped } from './service-stopped.ts';
import { sysctlForgotten } from './sysctl-forgotten.ts';
import { sysctlSet } from './sysctl-set.ts';

/** Every operation, sorted by name. */
export const operations: readonly Operation[] = [
  binariesAbsent,
  binariesInstalled,
  fileAbsent,
  filePresent,
  imagesAbsent,
  imagesImported,
  kernelModulesForgotten,
  kernelModulesLoaded,
  packagesInstalled,
  serviceEnabled,
  serviceRunning,
  serviceStopped,
  sysctlForgotten,
  sysctlSet,
];

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
