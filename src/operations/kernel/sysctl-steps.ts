// The steps by which kernel settings get values, now and for every boot; shared by the operations on them.
import { cmd } from '../../core/command.ts';
import type { TextFile } from '../../facts/files/file.ts';
import { normalizeValue, sysctlPath, type SysctlValues } from '../../facts/host/sysctl.ts';
import { renderTemplate } from '../../render/template.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import type { Step } from '../operation.ts';
import { formatRecord, parseSettings } from './sysctl-files.ts';

export type Wanted = readonly (readonly [key: string, value: string])[];

export interface WantedSettings {
  /** By key. */
  readonly values: Readonly<Record<string, string>>;
  /** Where they are kept for the next boot. */
  readonly file: string;
  /** Where the values from before are kept. */
  readonly record: string;
}

/** What is there of settings, of the file that keeps them and of the record. */
export interface FoundSettings {
  readonly live: SysctlValues;
  readonly file: TextFile | null;
  readonly record: TextFile | null;
}

/** The steps to settings that are kept in a file, with a record of what was before. */
export function settingSteps(wanted: WantedSettings, found: FoundSettings): readonly Step[] {
  const all = wantedValues(wanted);
  const different = all.filter(([name, text]) => found.live[name] !== text);
  return [
    ...recordSteps(wanted, different, found),
    ...fileSteps(wanted, all, found),
    ...different.map(setStep),
  ];
}

export function wantedValues({ values }: WantedSettings): Wanted {
  return Object.entries(values).map(([name, text]) => [name, normalizeValue(text)] as const);
}

/** Adds the values that are about to change to the record; what it has already is older and stays. */
export function recordSteps(
  { record: path }: WantedSettings,
  different: Wanted,
  { live, record }: FoundSettings,
): readonly Step[] {
  const saved = parseSettings(record?.text ?? '');
  const unsaved = different.flatMap(([name]) => {
    const before = live[name] ?? null;
    return before === null || saved.has(sysctlPath(name)) ? [] : [[sysctlPath(name), before] as const];
  });
  if (unsaved.length === 0) return [];
  const step: Step = {
    kind: 'write',
    title: `note the present values in ${path}`,
    path,
    content: formatRecord(new Map([...saved, ...unsaved])),
    mode: 0o644,
    before: record?.text,
  };
  return [step];
}

/** The steps to the file that has these settings at boot; none where it is to have none. */
export function fileSteps(
  { file: path }: WantedSettings,
  kept: Wanted,
  { file }: FoundSettings,
): readonly Step[] {
  if (kept.length === 0) return [];
  const settings = kept.map(([name, text]) => ({ key: name, value: text }));
  return textFileSteps({ path, content: renderTemplate('sysctl.conf', { settings }) }, file);
}

/** Written directly: the program sysctl is not on every host. */
export function setStep([name, text]: Wanted[number]): Step {
  const path = sysctlPath(name);
  const command = cmd`if [ -e ${path} ]; then echo ${text} > ${path}
else echo ${`this kernel has no ${name}; a module that brings it may not be loaded`} >&2; false; fi`;
  return { kind: 'exec', title: `set ${name} to ${text}`, command };
}
