// A systemd service that runs with its present configuration, now and after every boot.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import {
  isRunning,
  restartCommand,
  unitState,
  type RestartRequest,
  type UnitState,
} from '../../facts/host/unit.ts';
import { absolutePath, unitName } from '../args/scalars.ts';
import { defineOperation, type PlannedChange, type Plan } from '../operation.ts';
import { changesUnit, enableSteps, reloadSteps, unitProblems, unsettledUnit } from './unit-steps.ts';

const args = z.strictObject({
  unit: unitName,
  enabled: z.boolean().default(true).meta({ description: 'Start it at every boot.' }),
  restartWhenNewer: z
    .array(absolutePath)
    .default([])
    .meta({ description: 'Files that it reads when it starts: it is restarted when one has changed since.' }),
  reload: z.boolean().default(false).meta({
    description: 'Have it read these files again without a restart, where its unit knows how.',
  }),
});

export const unitRunning = defineOperation({
  name: 'unit.running',
  summary:
    'Starts and enables a service, and restarts it when one of its files is newer than its start, also when an earlier run ended between the two.',
  args,
  example: `
- name: Keep the time with our servers
  op: unit.running
  wait: 1m # while it is starting
  with: { unit: chrony.service, restartWhenNewer: [/etc/chrony/conf.d/site.conf] }
`,
  needs: ({ unit, restartWhenNewer: paths }) => [{ query: ask(unitState, { unit, paths }) }],
  reactsTo: ({ unit, restartWhenNewer }, change) =>
    changesUnit(unit, change) ||
    (change.isHere && (restartWhenNewer.includes(change.path ?? '') || bringsRuntime(unit, change))),
  plan({ unit, enabled, restartWhenNewer: paths, reload }, facts) {
    const state = facts.get(ask(unitState, { unit, paths }));
    const problems = unitProblems(unit, state);
    if (problems.length > 0) return { steps: [], problems };
    const enable = enabled ? enableSteps(unit, state) : [];
    const start = startPlan({ unit, paths, reload }, state);
    const steps = [...reloadSteps(state), ...enable, ...start.steps];
    return steps.length === 0 ? start : { steps, ...unsettledUnit(unit, state) };
  },
});

function startPlan(question: RestartRequest, state: UnitState): Plan {
  const { unit, reload = false } = question;
  const command = restartCommand(question);
  const verb = reload ? 'reload' : 'restart';
  if (state.newer.length > 0) {
    return {
      steps: [{ kind: 'exec', title: `${verb} ${unit}: ${state.newer.join(', ')} changed`, command }],
    };
  }
  if (isRunning(state)) return { steps: [] };
  if (state.active === 'activating') {
    const pending = state.sub === 'auto-restart' ? `${unit} keeps failing` : `${unit} is starting`;
    return { steps: [], pending };
  }
  return { steps: [{ kind: 'exec', title: `start ${unit}`, command }] };
}

/** Its programs come in an archive, whose step names none of them. */
function bringsRuntime(unit: string, { operation }: PlannedChange): boolean {
  return unit === 'containerd.service' && operation === 'runtime.installed';
}
