// The step that notes which of Kubernetes' packages are ours.
import { packageRecord, type OwnPackages } from '../../facts/kubernetes/own-packages.ts';
import type { Step } from '../operation.ts';

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
