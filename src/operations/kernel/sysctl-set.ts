// Kernel settings, now and at every boot.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import { normalizeValue, sysctlPath, sysctlValues, type SysctlValues } from '../../facts/host/sysctl.ts';
import { renderTemplate } from '../../render/template.ts';
import { absolutePath } from '../args/scalars.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation, type Step } from '../operation.ts';
import { formatRecord, parseSettings, sysctlFile, sysctlRecord } from './sysctl-files.ts';

const key = z.string().regex(/^[A-Za-z0-9_.:/-]+$/, 'must be a sysctl key such as net.ipv4.ip_forward');
const value = z.union([
  z.int().transform(String),
  z.string().regex(/^[^\n=]+$/, 'must be one line without "="'),
]);

const args = z.strictObject({
  values: z.record(key, value).meta({ description: 'Values by key, such as net.ipv4.ip_forward: 1.' }),
  file: absolutePath.default(sysctlFile).meta({ description: 'Where they are kept for the next boot.' }),
  record: absolutePath
    .default(sysctlRecord)
    .meta({ description: 'Where the values from before are kept for `sysctl.restored`.' }),
  raise: z.boolean().default(false).meta({
    description:
      'The values are numbers, and the least that is wanted: what is higher already stays as it is.',
  }),
});

type Wanted = readonly (readonly [key: string, value: string])[];

export const sysctlSet = defineOperation({
  name: 'sysctl.set',
  summary:
    'Sets kernel settings now and for every boot; remembers the values from before for `sysctl.restored`.',
  args,
  example: `
- name: Let more connections wait
  op: sysctl.set
  with:
    values: { net.core.somaxconn: 4096, net.core.netdev_max_backlog: 5000 }
    file: /etc/sysctl.d/98-tune.conf # neither this nor the record is that of up
    record: /var/lib/tune/sysctl-before
`,
  needs: ({ values, file, record }) => [
    { query: ask(sysctlValues, { keys: Object.keys(values) }) },
    { query: ask(textFile, { path: file }) },
    { query: ask(textFile, { path: record }) },
  ],
  plan(wanted, facts) {
    const live = facts.get(ask(sysctlValues, { keys: Object.keys(wanted.values) }));
    const file = facts.get(ask(textFile, { path: wanted.file }));
    const record = facts.get(ask(textFile, { path: wanted.record }));
    const absent = keptSettings(wanted, live, file).filter(([name]) => (live[name] ?? null) === null);
    return {
      unsettled:
        absent.length === 0 ? undefined : `the kernel has no ${absent.map(([name]) => name).join(', ')} yet`,
      steps: settingSteps(wanted, { live, file, record }),
    };
  },
});

/** As the operation's arguments. */
type Settings = Omit<z.output<typeof args>, 'raise'> & { readonly raise?: boolean };

/** What is there of settings, of the file that keeps them and of the record. */
interface Found {
  readonly live: SysctlValues;
  readonly file: TextFile | null;
  readonly record: TextFile | null;
}

/** The steps to settings that are kept in a file, with a record of what was before. */
export function settingSteps(wanted: Settings, { live, file, record }: Found): readonly Step[] {
  const kept = keptSettings(wanted, live, file);
  const different = kept.filter(([name, text]) => isDifferent(text, live[name] ?? null, wanted));
  const settings = kept.map(([name, text]) => ({ key: name, value: text }));
  const content = renderTemplate('sysctl.conf', { settings });
  return [
    ...recordSteps(different, live, { path: wanted.record, text: record?.text }),
    ...(kept.length === 0 ? [] : textFileSteps({ path: wanted.file, content }, file)),
    ...different.map(setStep),
  ];
}

/** What the file must say: all, or of values that are only raised those that are too low, now or at the next boot. */
function keptSettings(wanted: Settings, live: SysctlValues, file: TextFile | null): Wanted {
  const all = Object.entries(wanted.values).map(([name, text]) => [name, normalizeValue(text)] as const);
  if (wanted.raise !== true) return all;
  const kept = parseSettings(file?.text ?? '');
  return all.filter(
    ([name, text]) => kept.has(sysctlPath(name)) || isDifferent(text, live[name] ?? null, wanted),
  );
}

function isDifferent(wanted: string, live: string | null, { raise = false }: Settings): boolean {
  return raise && live !== null ? Number(live) < Number(wanted) : live !== wanted;
}

/** Adds the values that are about to change to the record; what it has already is older and stays. */
function recordSteps(
  different: Wanted,
  live: SysctlValues,
  { path, text }: { readonly path: string; readonly text: string | undefined },
): readonly Step[] {
  const saved = parseSettings(text ?? '');
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
    before: text,
  };
  return [step];
}

/** Written directly: the program sysctl is not on every host. */
function setStep([name, text]: readonly [string, string]): Step {
  const path = sysctlPath(name);
  const command = cmd`if [ -e ${path} ]; then echo ${text} > ${path}
else echo ${`this kernel has no ${name}; a module that brings it may not be loaded`} >&2; false; fi`;
  return { kind: 'exec', title: `set ${name} to ${text}`, command };
}
