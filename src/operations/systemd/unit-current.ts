// A running service that has read its present configuration; a stopped one stays stopped.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { isStopped, restartCommand, unitState } from '../../facts/host/unit.ts';
import { absolutePath, unitName } from '../args/scalars.ts';
import { defineOperation, unchanged } from '../operation.ts';

export const unitCurrent = defineOperation({
  name: 'unit.current',
  summary:
    'Restarts a running service when one of its files has changed since it started. It is never started.',
  args: z.strictObject({
    unit: unitName,
    restartWhenNewer: z
      .array(absolutePath)
      .min(1)
      .meta({ description: 'Files that it reads when it starts.' }),
  }),
  example: `
- name: Let containerd read its configuration, one node after the other
  op: unit.current
  serial: true
  with: { unit: containerd.service, restartWhenNewer: [/etc/containerd/config.toml] }
`,
  needs: ({ unit, restartWhenNewer: paths }) => [{ query: ask(unitState, { unit, paths }) }],
  reactsTo: ({ restartWhenNewer }, { isHere, path = '' }) => isHere && restartWhenNewer.includes(path),
  plan({ unit, restartWhenNewer: paths }, facts) {
    const state = facts.get(ask(unitState, { unit, paths }));
    if (state.newer.length === 0 || isStopped(state)) return unchanged;
    const title = `restart ${unit}: ${state.newer.join(', ')} changed`;
    return { steps: [{ kind: 'exec', title, command: restartCommand({ unit, paths }) }] };
  },
});
