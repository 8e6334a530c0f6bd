// The start line and the programs sent to it keep to what every login shell and the `read` builtin understand.
import { describe, expect, it } from 'vitest';
import { killProgram } from '../../../../src/transport/shell/kill-program.ts';
import { residentLoop } from '../../../../src/transport/shell/resident-loop.ts';
import { startLine } from '../../../../src/transport/shell/start-line.ts';

describe('startLine', () => {
  it('starts sh, by sudo when it is to become root', () => {
    expect(startLine(false)).toBe(`exec /bin/sh -c 'read -r p; eval "$p"'`);
    expect(startLine(true)).toBe(`exec sudo -n -H -- /bin/sh -c 'read -r p; eval "$p"'`);
  });

  it.each([false, true])('has nothing that csh or fish reads differently (become: %s)', (become) => {
    expect(startLine(become)).not.toMatch(/[\n\\!`]/);
    expect(startLine(become).match(/'/g)).toHaveLength(2);
  });
});

describe('the programs behind it', () => {
  it('are one line each', () => {
    expect(residentLoop).not.toContain('\n');
    expect(killProgram(4711)).not.toContain('\n');
  });

  it('name the shell to kill', () => {
    expect(killProgram(4711)).toMatch(/^L=4711;/);
  });
});
