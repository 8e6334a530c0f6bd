// A systemd service that does not run, now or after a boot.
import { z } from 'zod';
import { cmd } from '../core/command.ts';
import { ask } from '../facts/fact.ts';
import { serviceState } from '../facts/service.ts';
import { defineOperation, type Step } from './operation.ts';
import { unitName } from './schemas.ts';

export const serviceStopped = defineOperation({
  name: 'service.stopped',
  summary: 'Stops a service and keeps it from starting at boot. A service that does not exist is stopped.',
  args: z.strictObject({
    unit: unitName,
    disabled: z.boolean().default(true).meta({ description: 'Keep it from starting at boot.' }),
  }),
  needs: ({ unit }) => [{ query: ask(serviceState, { unit, paths: [] }) }],
  plan({ unit, disabled }, facts) {
    const state = facts.get(ask(serviceState, { unit, paths: [] }));
    const isUp = state.active !== 'inactive' && state.active !== 'failed';
    const stop: Step = { kind: 'exec', title: `stop ${unit}`, command: cmd`systemctl stop ${unit}` };
    const disable: Step = { kind: 'exec', title: `disable ${unit}`, command: cmd`systemctl disable ${unit}` };
    const isEnabled = state.unitFile.startsWith('enabled');
    return { steps: [...(isUp ? [stop] : []), ...(disabled && isEnabled ? [disable] : [])] };
  },
});
