// A run that is to stop at once: what it says of what ran, and that it still comes to its summary.
import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { modules, network, ofType, phase, runOn, states, task } from './support.ts';

it.each([
  [undefined, '"load ip_vs" was ended in the middle; the next run looks how far it came, and goes on'],
  [
    { isRunning: true },
    '"load ip_vs" could not be ended and may still run there; it keeps other runs out until it has ended',
  ],
])('says of a step whether it was ended: %j', async (data, message) => {
  const fake = network('m1', 'w1');
  const first = new AbortController();
  const second = new AbortController();
  fake.faults = {
    before: (host, { command, signal }) => {
      if (host !== 'm1' || !command.text.startsWith('modprobe')) return;
      first.abort();
      second.abort();
      expect(signal?.aborted).toBe(true);
      throw new BootstrapError('interrupted', 'interrupted', { where: { host }, data });
    },
  };
  const phases = [
    phase('one', task('Load', modules, { on: ['m1'], args: ['ip_vs', 'nf_conntrack'] })),
    phase('two', task('Load more', modules, { on: ['m1', 'w1'], args: ['ip_vs_rr'] })),
  ];
  const { events, exitCode } = await runOn(fake, phases, {
    lock: { host: 'w1', owner: 'alice@laptop' },
    signal: first.signal,
    killSignal: second.signal,
  });
  expect(exitCode).toBe(130);
  expect(ofType(events, 'task.warning')).toMatchObject([{ host: 'm1', task: 'Load', message }]);
  expect(states(events)).toEqual(['m1: Load skipped']);
  expect(ofType(events, 'run.finished')).toHaveLength(1);
});

it('listens to the second signal for as long as it runs, and no longer', async () => {
  const second = new AbortController();
  const { exitCode } = await runOn(
    network('m1'),
    [phase('one', task('Load', modules, { on: ['m1'], args: ['ip_vs'] }))],
    {
      killSignal: second.signal,
    },
  );
  expect(exitCode).toBe(0);
  expect(getEventListeners(second.signal, 'abort')).toEqual([]);
});
