// A systemd service that is started at every boot, whether it runs now or not.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { unitState } from '../../facts/host/unit.ts';
import { unitName } from '../args/scalars.ts';
import { defineOperation } from '../operation.ts';
import { changesUnit, enableSteps, reloadSteps, unitProblems, unsettledUnit } from './unit-steps.ts';

export const unitEnabled = defineOperation({
  name: 'unit.enabled',
  summary: 'Has a service started at every boot, without starting it now.',
  args: z.strictObject({ unit: unitName }),
  example: `
- name: Start the firewall at every boot
  op: unit.enabled
  with: { unit: nftables.service }
`,
  needs: ({ unit }) => [{ query: ask(unitState, { unit, paths: [] }) }],
  reactsTo: ({ unit }, change) => changesUnit(unit, change),
  plan({ unit }, facts) {
    const state = facts.get(ask(unitState, { unit, paths: [] }));
    const problems = unitProblems(unit, state);
    if (problems.length > 0) return { steps: [], problems };
    return { steps: [...reloadSteps(state), ...enableSteps(unit, state)], ...unsettledUnit(unit, state) };
  },
});
