// What we remember of Kubernetes' packages: which we have installed, and which we have only held.
import { managedDirectories } from '../../core/managed.ts';
import type { Step } from '../operation.ts';

/** Lines of `installed NAME` and `held NAME`, written before it is done. */
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

/** None when all of it is noted. */
export function recordStep(text: string, { installed, held }: OwnPackages): readonly Step[] {
  const known = text.split('\n');
  const lines = [...installed.map((name) => `installed ${name}`), ...held.map((name) => `held ${name}`)];
  const fresh = lines.filter((line) => !known.includes(line));
  if (fresh.length === 0) return [];
  const content = text + fresh.map((line) => `${line}\n`).join('');
  const before = text === '' ? undefined : text;
  const title = `note in ${packageRecord} what is ours`;
  return [{ kind: 'write', title, path: packageRecord, content, mode: 0o644, before }];
}
