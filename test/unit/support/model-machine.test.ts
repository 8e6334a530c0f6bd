// The model of a machine refuses what it does not know, and understands what `cmd` writes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmd, script, sequence } from '../../../src/core/command.ts';
import { FakeNetwork } from '../../support/fake-host.ts';
import { ModelMachine } from '../../support/model-machine.ts';
import { shellWords, simpleCommands } from '../../support/shell-words.ts';

const execute = (machine: ModelMachine, command: ReturnType<typeof script>) =>
  machine.execute({ command }, machine).exitCode;

describe('a model machine', () => {
  it.each(['frobnicate', 'modprobe a; rm b', 'true && frobnicate', 'echo $(date)', 'true | true'])(
    'refuses %s and remembers it',
    (text) => {
      const machine = new ModelMachine('m1');
      expect(execute(machine, script(text))).toBe(127);
      expect(machine.unknown).toEqual([text]);
    },
  );

  it('stops a sequence at the first command that fails', () => {
    const machine = new ModelMachine('m1');
    machine.modules.loadable.add('a').add('c');
    const all = sequence([cmd`modprobe a`, cmd`modprobe b`, cmd`modprobe c`]);
    expect(execute(machine, all)).toBe(1);
    expect([...machine.modules.loaded]).toEqual(['a']);
  });

  it('has no process to load what the kernel has built in', () => {
    const machine = new ModelMachine('m1');
    machine.modules.builtin.add('ip_vs');
    expect(execute(machine, cmd`modprobe ip_vs`)).toBe(0);
    expect(machine.modules.loaded.size).toBe(0);
  });

  it('knows sysctls, units and modes', () => {
    const machine = new ModelMachine('m1');
    machine.sysctls.set('net.ipv4.ip_forward', '0');
    machine.units.set('kubelet', { isActive: false, isEnabled: false });
    machine.files.set('/a', { content: '', mode: 0o600 });
    expect(execute(machine, cmd`sysctl -w net.ipv4.ip_forward=1`)).toBe(0);
    expect(execute(machine, cmd`sysctl -w no.such=1`)).not.toBe(0);
    expect(execute(machine, cmd`systemctl enable --now kubelet`)).toBe(0);
    expect(execute(machine, cmd`systemctl start nothing`)).not.toBe(0);
    expect(execute(machine, cmd`chmod 644 /a`)).toBe(0);
    expect(machine.sysctls.get('net.ipv4.ip_forward')).toBe('1');
    expect(machine.units.get('kubelet')).toEqual({ isActive: true, isEnabled: true });
    expect(machine.files.get('/a')?.mode).toBe(0o644);
  });
});

describe('a fake host', () => {
  it('counts a flight for each time it was at rest', async () => {
    const host = await new FakeNetwork(['m1']).connect('m1');
    const ask = () => host.run({ command: cmd`true` });
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(host.statistics()).toMatchObject({ requests: 4, roundTrips: 2 });
  });

  it('runs a dependent request only after a success', async () => {
    const host = await new FakeNetwork(['m1']).connect('m1');
    const exitCodes = await Promise.all(
      ['modprobe nothing', 'true', 'true'].map(async (text, index) => {
        const result = await host.run({ command: script(text), onlyAfterSuccess: index > 0 });
        return result.exitCode;
      }),
    );
    expect(exitCodes).toEqual([1, 125, 125]);
  });
});

describe('shell words', () => {
  it('read back what cmd quotes', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(shellWords(cmd`${words}`.text)).toEqual(words);
      }),
    );
  });

  it.each(['a;b', 'a|b', '$a', '`a`', 'a>b', '(a)', 'a&', '"a"', 'a\\b', "'open"])('refuse %s', (text) => {
    expect(simpleCommands(text)).toBeUndefined();
  });
});
