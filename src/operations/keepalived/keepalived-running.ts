// keepalived runs with the present parts of its configuration, now and after every boot.
import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { unitRunning } from '../systemd/unit-running.ts';
import { keepalivedFiles, keepalivedUnit } from './parts.ts';

const running = {
  unit: keepalivedUnit,
  enabled: true,
  restartWhenNewer: [...keepalivedFiles],
  // A restart would hand all addresses over and take them back.
  reload: true,
};

export const keepalivedRunning = defineOperation({
  name: 'keepalived.running',
  summary:
    'Starts keepalived and has it start at every boot; it reads its files again when one of ours has changed.',
  args: z.strictObject({}),
  example: `
- name: Run keepalived on the control planes
  op: keepalived.running
  on: control-planes
  wait: 1m
`,
  needs: () => unitRunning.needs(running),
  reactsTo: (_args, change) => unitRunning.reactsTo?.(running, change) ?? false,
  plan: (_args, facts) => unitRunning.plan(running, facts),
});
