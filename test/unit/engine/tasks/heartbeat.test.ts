// Long work says what it is at and for how long, at least every half minute.
import { expect, it } from 'vitest';
import { cmd } from '../../../../src/core/command.ts';
import { ask } from '../../../../src/facts/fact.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { json, jsonFact, network, ofType, operation, phase, runOn, task, teach } from '../support.ts';

it('a step of minutes gives a sign of life every 30 seconds, with its limit', async () => {
  const fake = network('m1');
  const clock = new FakeClock();
  fake.machine('m1').knows('kubeadm', () => {
    clock.pass(95_000);
    return undefined;
  });
  const init = operation(
    () => ({
      steps: [{ kind: 'exec', title: 'kubeadm init', command: cmd`kubeadm init`, timeoutMs: 600_000 }],
    }),
    { repeats: 'in this test' },
  );
  const { events } = await runOn(fake, [phase('init', task('Initialise', init, { on: ['m1'] }))], { clock });
  expect(ofType(events, 'step.waiting')).toMatchObject(
    [95_000, 95_000, 95_000].map((waitedMs) => ({
      host: 'm1',
      task: 'Initialise',
      step: { title: 'kubeadm init' },
      waitedMs,
      limitMs: 600_000,
    })),
  );
  const count = events.length;
  clock.pass(300_000);
  expect(events).toHaveLength(count);
});

it('so does looking at a host', async () => {
  const fake = network('m1');
  const clock = new FakeClock();
  const slow = jsonFact('slow');
  teach(fake, slow, () => {
    clock.pass(31_000);
    return json('x');
  });
  const look = operation(() => ({ steps: [] }), { needs: () => [{ query: ask(slow) }] });
  const { events } = await runOn(fake, [phase('look', task('Look', look, { on: ['m1'] }))], { clock });
  expect(ofType(events, 'host.waiting')).toMatchObject([
    { host: 'm1', reason: 'reading what is there', waitedMs: 31_000 },
  ]);
});
