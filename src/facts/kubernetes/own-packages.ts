// What we remember on a host of Kubernetes' packages: which we have installed, which we have only held, which settings were
// there before, and which keys rpm has from us.
import { managedDirectories } from '../../core/managed.ts';

/** Lines of `installed NAME`, `held NAME`, `kept PATH` and `imported FINGERPRINT` behind `used packages`, written before it is done. */
export const packageRecord = `${managedDirectories.state}/kubernetes-packages`;

export interface OwnPackages {
  readonly installed: readonly string[];
  readonly held: readonly string[];
  /** Files that the packages would take along, though they are the user's. */
  readonly kept: readonly string[];
  /** Fingerprints of keys that rpm did not know before. */
  readonly imported: readonly string[];
}

export function parsePackageRecord(text: string): OwnPackages {
  const names = (word: string) =>
    [...text.matchAll(/^(\S+) (\S+)$/gm)].flatMap(([, kind, name = '']) => (kind === word ? [name] : []));
  return {
    installed: names('installed'),
    held: names('held'),
    kept: names('kept'),
    imported: names('imported'),
  };
}
