// The lines of the checks' programs, and what is made of each.
import { describe, expect, it } from 'vitest';
import { parseAttempts, whyNot } from '../../../../src/lab/machine-checks/attempts.ts';
import { missingRight } from '../../../../src/lab/machine-checks/rights.ts';
import { noWay, systemCallWay } from '../../../../src/lab/machine-checks/user-mode.ts';

const denied = 'to install a filter: Operation not permitted';

it('keeps the first failure of what is tried twice, and passes over other lines', () => {
  const attempts = parseAttempts('mount ok\nmount no room \nmount ok\n\nWarning: x\n');
  expect([...attempts]).toEqual([['mount', 'no room']]);
  expect(whyNot(attempts, 'mount')).toBe('no room');
  expect(whyNot(attempts, 'tun')).toBe('it was not reached');
});

describe('the way of system calls', () => {
  it.each([
    ['seccomp ok\nptrace ok\n', 'seccomp'],
    ['seccomp ok\nptrace no\n', 'seccomp'],
    [`seccomp ${denied}\nptrace ok\n`, 'ptrace'],
    ['seccomp no\nptrace no\n', undefined],
    ['', undefined],
  ])('is taken from %j', (output, way) => {
    expect(systemCallWay(parseAttempts(output))).toBe(way);
  });

  it('tells what each said where there is none', () => {
    const attempts = parseAttempts(`seccomp ${denied}\nptrace PTRACE_TRACEME: Operation not permitted\n`);
    const refusal = noWay(attempts, { ptraceScope: 1, isFiltered: true });
    expect(refusal.message).toContain('neither seccomp nor ptrace');
    expect(refusal.detail).toBe(
      [
        `seccomp: ${denied}`,
        'ptrace: PTRACE_TRACEME: Operation not permitted',
        'a filter is on the system calls of this process',
        'kernel.yama.ptrace_scope is 1',
      ].join('\n'),
    );
    expect(refusal.hint).toContain('--security-opt seccomp=unconfined --cap-add SYS_PTRACE');
    expect(noWay(attempts, { ptraceScope: 3, isFiltered: false }).hint).toContain('restart the machine');
  });
});

describe("root's rights", () => {
  const root = ['mount', 'namespace', 'veth', 'bridge', 'tun', 'enter', 'settings'];
  const all = [...root, 'memory', 'tap'];
  const output = (failed?: string) =>
    all.map((name) => `${name} ${name === failed ? 'Operation not permitted' : 'ok'}\n`).join('');

  it('are complete when every step went well', () => {
    expect(missingRight(parseAttempts(output()))).toBeUndefined();
    expect(missingRight(parseAttempts(`limits ok\n${output()}`))).toBeUndefined();
  });

  it.each([
    ['mount', 'root may not mount a file system in memory here'],
    ['namespace', 'root may not make a network namespace here'],
    ['bridge', 'root may not make a network bridge here'],
    ['tun', 'root may not make a tap device here'],
    ['memory', 'nodes may not run programs from a file system in memory here'],
    ['tap', 'nodes may not attach to a tap device here'],
  ])('name %s', (step, message) => {
    const refusal = missingRight(parseAttempts(output(step)));
    expect(refusal).toMatchObject({ message, detail: 'Operation not permitted' });
    expect(refusal?.hint).toContain('--privileged');
  });

  it('name the first step that was not reached', () => {
    expect(missingRight(parseAttempts('mount ok\n'))?.message).toContain('network namespace');
  });

  it('count the limit only where it has to be raised', () => {
    const refusal = missingRight(parseAttempts(`limits Read-only file system\n${output()}`));
    expect(refusal).toMatchObject({ message: 'root may not raise vm.max_map_count here' });
  });
});
