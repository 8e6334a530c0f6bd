// A systemd service that does not run, now or after a boot.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { unitState } from '../../facts/host/unit.ts';
import { unitName } from '../args/scalars.ts';
import { defineOperation } from '../operation.ts';
import { disableSteps, stopSteps } from './unit-steps.ts';

export const unitStopped = defineOperation({
  name: 'unit.stopped',
  summary: 'Stops a service and keeps it from starting at boot. A service that does not exist is stopped.',
  args: z.strictObject({
    unit: unitName,
    disabled: z.boolean().default(true).meta({ description: 'Keep it from starting at boot.' }),
  }),
  example: `
- name: Let no packages be upgraded unasked on the control planes
  op: unit.stopped
  on: control-planes
  with: { unit: unattended-upgrades.service }
`,
  needs: ({ unit }) => [{ query: ask(unitState, { unit, paths: [] }) }],
  plan({ unit, disabled }, facts) {
    const state = facts.get(ask(unitState, { unit, paths: [] }));
    return { steps: [...stopSteps(unit, state), ...(disabled ? disableSteps(unit, state) : [])] };
  },
});
