// Checks one after another on a host: all that is wrong is named in one run.
import { describe, expect, it } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { modules, network, ofType, operation, phase, runOn, states, task } from './support.ts';

const check = (plan: Parameters<typeof operation>[0]) => operation(plan, { problemCode: 'verify.drift' });
const drifted = check(() => ({ steps: [], problems: [{ message: 'no IPVS' }] }));

describe('a check that finds a difference', () => {
  it('does not keep the other checks of its host from being made', async () => {
    const { exitCode, events, hosts } = await runOn(network('m1'), [
      phase('verify', task('First', drifted, { on: ['m1'] }), task('Second', drifted, { on: ['m1'] })),
    ]);
    expect(exitCode).toBe(7);
    expect(states(events)).toEqual(['m1: First failed', 'm1: Second failed']);
    expect(ofType(events, 'problem').map(({ task: name }) => name)).toEqual(['First', 'Second']);
    expect(hosts[0]).toMatchObject({ host: 'm1', failed: 2, error: { code: 'verify.drift' } });
  });

  it('keeps its host from being changed', async () => {
    const fake = network('m1');
    const load = task('Load', modules, { on: ['m1'], args: ['ip_vs'] });
    const { events } = await runOn(fake, [phase('verify', task('First', drifted, { on: ['m1'] }), load)]);
    expect(states(events)).toEqual(['m1: First failed', 'm1: Load skipped']);
    expect(fake.machine('m1').modules.loaded.size).toBe(0);
  });

  it('matters less than one that cannot be made, which ends the host', async () => {
    let looks = 0;
    const cannot = check(() => {
      looks += 1;
      // The preview of the run has still reached the host.
      if (looks === 1) return { steps: [] };
      throw new BootstrapError('connect.lost', 'gone', { where: { host: 'm1' } });
    });
    const { exitCode, events } = await runOn(network('m1'), [
      phase(
        'verify',
        task('First', drifted, { on: ['m1'] }),
        task('Second', cannot, { on: ['m1'] }),
        task('Third', drifted, { on: ['m1'] }),
      ),
    ]);
    expect(exitCode).toBe(4);
    expect(states(events)).toEqual(['m1: First failed', 'm1: Second failed', 'm1: Third skipped']);
  });
});
