// Kernel settings, now and at every boot.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { lockedSettings, sysctlValues } from '../../facts/host/sysctl.ts';
import { absolutePath } from '../args/scalars.ts';
import { defineOperation, type Plan } from '../operation.ts';
import { sysctlFile, sysctlRecord } from './sysctl-files.ts';
import { raisingPlan } from './sysctl-raised.ts';
import { settingSteps } from './sysctl-steps.ts';

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
      'The values are numbers, and the least that is wanted: what is higher already stays as it is, and so does what somebody has lowered since, and what the host lets nobody write.',
  }),
});

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
  needs: ({ values, file, record, raise }) => [
    { query: ask(sysctlValues, { keys: Object.keys(values) }) },
    { query: ask(textFile, { path: file }) },
    { query: ask(textFile, { path: record }) },
    ...(raise ? [{ query: ask(lockedSettings, { keys: Object.keys(values) }) }] : []),
  ],
  plan(wanted, facts): Plan {
    const keys = Object.keys(wanted.values);
    const found = {
      live: facts.get(ask(sysctlValues, { keys })),
      file: facts.get(ask(textFile, { path: wanted.file })),
      record: facts.get(ask(textFile, { path: wanted.record })),
    };
    if (wanted.raise) return raisingPlan(wanted, found, facts.get(ask(lockedSettings, { keys })));
    const absent = keys.filter((name) => (found.live[name] ?? null) === null);
    return {
      unsettled: absent.length === 0 ? undefined : `the kernel has no ${absent.join(', ')} yet`,
      steps: settingSteps(wanted, found),
    };
  },
});
