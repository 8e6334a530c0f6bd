// Whether a node's kernel runs its programs under seccomp or under ptrace, from what the machine says of its processes.
import { describe, expect, it } from 'vitest';
import { userspaceOf } from '../../../../src/lab/node/userspace.ts';

const status = (tracer: number, filters: number) =>
  `Name:\tlinux-lab\nPid:\t12\nTracerPid:\t${tracer}\nSeccomp:\t${filters > 0 ? 2 : 0}\nSeccomp_filters:\t${filters}\n`;

const kernel = status(0, 0);
const helper = status(0, 0);

describe('the programs of a node run', () => {
  it('under seccomp when one of its processes has a filter', () => {
    expect(userspaceOf(kernel, [helper, status(0, 1)])).toBe('seccomp');
  });

  it('under ptrace when one of them is traced', () => {
    expect(userspaceOf(kernel, [helper, status(12, 0)])).toBe('ptrace');
  });

  it('under ptrace in a container whose own filter all of them have', () => {
    expect(userspaceOf(status(0, 1), [status(0, 1), status(12, 1)])).toBe('ptrace');
  });

  it('under seccomp in such a container when they have one more', () => {
    expect(userspaceOf(status(0, 1), [status(0, 1), status(0, 2)])).toBe('seccomp');
  });

  it('not at all while the kernel boots, or when it has just ended', () => {
    expect(userspaceOf(kernel, [helper])).toBeUndefined();
    expect(userspaceOf('', [''])).toBeUndefined();
  });
});
