// What we remember on a host of Kubernetes' packages: which we have installed, and which we have only held.
import { managedDirectories } from '../../core/managed.ts';

/** Lines of `installed NAME` and `held NAME` behind `used packages`, written before it is done. */
export const packageRecord = `${managedDirectories.state}/kubernetes-packages`;

export interface OwnPackages {
  readonly installed: readonly string[];
  readonly held: readonly string[];
}

export function parsePackageRecord(text: string): OwnPackages {
  const names = (word: string) =>
    [...text.matchAll(/^(\S+) (\S+)$/gm)].flatMap(([, kind, name = '']) => (kind === word ? [name] : []));
  return { installed: names('installed'), held: names('held') };
}
