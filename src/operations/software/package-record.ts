// The step that notes which of Kubernetes' packages are ours, that the host has them, and what was there before.
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { packageRecord, parsePackageRecord, type OwnPackages } from '../../facts/kubernetes/own-packages.ts';
import type { FactReader, Step } from '../operation.ts';
import type { Lacking } from './package-plan.ts';

/**
 * None when all of it is noted. Ours is what was not there at all; what we have installed and did not come to hold is not
 * noted again.
 * @param more lines of what else is to be remembered
 */
export function packageRecordSteps(
  facts: FactReader,
  { absent, loose }: Lacking,
  more: readonly string[],
): readonly Step[] {
  const text = facts.get(ask(textFile, { path: packageRecord }))?.text ?? '';
  const { installed } = parsePackageRecord(text);
  const held = loose.filter((name) => !installed.includes(name));
  const known = text.split('\n');
  const lines = [
    'used packages',
    ...absent.map((name) => `installed ${name}`),
    ...held.map((name) => `held ${name}`),
    ...more,
  ];
  const fresh = lines.filter((line) => !known.includes(line));
  if (fresh.length === 0) return [];
  const content = text + fresh.map((line) => `${line}\n`).join('');
  const before = text === '' ? undefined : text;
  const title = `note in ${packageRecord} what is ours`;
  return [{ kind: 'write', title, path: packageRecord, content, mode: 0o644, before }];
}

/** A file with the user's settings that is there before the package that has one, too: the package's end would be its own. */
export function keptLines(path: string, facts: FactReader, { absent }: Lacking): readonly string[] {
  const isNew = absent.includes('kubelet') && !ownPackages(facts).installed.includes('kubelet');
  return isNew && facts.get(ask(textFile, { path })) !== null ? [`kept ${path}`] : [];
}

export function ownPackages(facts: FactReader): OwnPackages {
  return parsePackageRecord(facts.get(ask(textFile, { path: packageRecord }))?.text ?? '');
}

/** Where the user's settings stand while packages are removed. No backup's name: somebody's own playbook may have one there. */
export function asidePath(path: string): string {
  return `${path}.ipvs-bootstrap-aside`;
}

export function comeBackStep(path: string): Step {
  return { kind: 'exec', title: `put back ${path}`, command: cmd`mv -f ${asidePath(path)} ${path}` };
}

/** Settings that a removal has left aside come back before a package writes its own in their place. */
export function comeBackSteps(path: string, facts: FactReader): readonly Step[] {
  const isThere = (file: string) => facts.get(ask(textFile, { path: file })) !== null;
  const isLeft = ownPackages(facts).kept.includes(path) && isThere(asidePath(path)) && !isThere(path);
  return isLeft ? [comeBackStep(path)] : [];
}
