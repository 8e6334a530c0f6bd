// Kernel settings back as they were before us.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { savedSettings, sysctlPath, type SavedSetting } from '../../facts/host/sysctl.ts';
import { absolutePath } from '../args/scalars.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, type Step } from '../operation.ts';
import { parseSettings, sysctlFile, sysctlRecord } from './sysctl-files.ts';

const args = z.strictObject({
  file: absolutePath.default(sysctlFile).meta({ description: 'The file that `sysctl.set` wrote.' }),
  record: absolutePath.default(sysctlRecord).meta({ description: 'The record that `sysctl.set` kept.' }),
});

export const sysctlRestored = defineOperation({
  name: 'sysctl.restored',
  summary:
    'Gives kernel settings the values they had before `sysctl.set`, unless somebody has changed them since, and removes our file. Forwarding stays on until the next boot, as others may need it, and so does what keeps a default route by router advertisements meanwhile.',
  args,
  example: `
- name: Let as many connections wait as before
  op: sysctl.restored
  with: { file: /etc/sysctl.d/98-tune.conf, record: /var/lib/tune/sysctl-before }
`,
  needs: ({ file, record }) => [
    { query: ask(textFile, { path: file }) },
    { query: ask(textFile, { path: record }) },
    { query: ask(savedSettings, { record }) },
  ],
  plan({ file, record: recordPath }, facts) {
    const ours = facts.get(ask(textFile, { path: file }));
    const record = facts.get(ask(textFile, { path: recordPath }));
    const values = parseSettings(ours?.text ?? '');
    // Without our file nothing tells what we had set: an earlier reset was interrupted, so all of it goes back.
    const isOurs = ({ path, now }: SavedSetting): boolean => ours === null || now === values.get(path);
    const changed = facts
      .get(ask(savedSettings, { record: recordPath }))
      .filter((saved) => saved.now !== null && saved.now !== saved.before && isOurs(saved));
    return {
      warnings: changed.filter(isShared).map(sharedWarning),
      steps: [
        ...changed.filter((saved) => !isShared(saved)).map(restoreStep),
        ...(ours === null ? [] : [removeStep(file)]),
        ...(record === null ? [] : [removeStep(recordPath)]),
      ],
    };
  },
});

const forwarding = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'];

/** Whoever came after us found it set, and never had to say that he needs it too: without it his packets would stop. */
function isShared({ path, before }: SavedSetting): boolean {
  return (forwarding.some((key) => path === sysctlPath(key)) && before === '0') || isAcceptRa(path);
}

/** While the kernel forwards, the default route by router advertisements would run out with any other value. */
function isAcceptRa(path: string): boolean {
  return /^\/proc\/sys\/net\/ipv6\/conf\/.+\/accept_ra$/.test(path);
}

function sharedWarning({ path, before, now }: SavedSetting): string {
  if (isAcceptRa(path)) {
    const name = path.slice('/proc/sys/'.length);
    return `${name} stays ${now ?? ''} as long as IPv6 is forwarded: the default route would run out otherwise; it was ${before} before us. The next boot decides.`;
  }
  const key = forwarding.find((one) => path === sysctlPath(one)) ?? path;
  return `${key} stays ${now ?? ''}, as Docker or others on this host may need it by now; it was ${before} before us. The next boot decides.`;
}

/** Writes what was there before. */
export function restoreStep({ path, before }: SavedSetting): Step {
  return {
    kind: 'exec',
    title: `set ${path.slice('/proc/sys/'.length)} back to ${before}`,
    command: cmd`echo ${before} > ${path}`,
  };
}
