// What tasks report as data: programs get it also where problems leave people without a table.
import { expect, it } from 'vitest';
import { runEventSchema } from '../../../src/engine/events/event-schema.ts';
import { sampleNode } from '../../support/sample-proof.ts';
import { network, ofType, operation, phase, runOn, task } from './support.ts';

const data = sampleNode('worker1', []);
const rows = [{ node: 'worker1' }];

function check(problems: readonly { readonly message: string }[]) {
  const plan = () => ({ steps: [], problems, report: rows, data });
  return phase(
    'verify',
    task('Verify', operation(plan, { problemCode: 'verify.drift' }), { on: ['worker1'] }),
  );
}

it('reports a table with its data when all is well', async () => {
  const { events } = await runOn(network('worker1'), [check([])]);
  expect(ofType(events, 'report')).toMatchObject([{ host: 'worker1', rows, data }]);
});

it('reports the data alone when a check found problems', async () => {
  const { events, exitCode } = await runOn(network('worker1'), [check([{ message: 'wrong' }])]);
  const reports = ofType(events, 'report');
  expect(reports).toMatchObject([{ rows: [], data }]);
  expect(exitCode).toBe(7);
  expect(runEventSchema.safeParse(reports[0]).error).toBeUndefined();
});
