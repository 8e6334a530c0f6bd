// The listener for a minute, ended when it has been dialled.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { ownListener } from '../../facts/firewall/own-listener.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { stopListener } from './listener.ts';

export const portsClosed = defineOperation({
  name: 'ports.closed',
  summary: 'Ends what `ports.opened` has started, so that the ports are free for those they are meant for.',
  args: z.strictObject({}),
  example: `
- name: Free the ports again
  op: ports.closed
`,
  needs: () => [{ query: ask(ownListener) }],
  reactsTo: (_args, { operation, isHere }) => isHere && operation === 'ports.opened',
  plan(_args, facts) {
    const { processes, isNoted } = facts.get(ask(ownListener));
    if (processes.length === 0 && !isNoted) return unchanged;
    const title = processes.length === 0 ? 'remove what a listener has left' : 'free the ports again';
    return {
      steps: [{ kind: 'exec', title, command: stopListener(processes) }],
    };
  },
});
