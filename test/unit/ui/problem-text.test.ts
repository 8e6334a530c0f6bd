import { describe, expect, it } from 'vitest';
import { BootstrapError, ErrorList } from '../../../src/core/errors.ts';
import { thrownLines, warningLines } from '../../../src/ui/problem-text.ts';
import { createStyle } from '../../../src/ui/style.ts';

const style = createStyle(false);
const place = { file: 'inventory.yaml', line: 3, column: 5 };

describe('thrownLines', () => {
  it('shows place, message, code, detail and hint', () => {
    const error = new BootstrapError('inventory.invalid', 'unknown key "rolse"', {
      where: place,
      detail: '3 |   rolse: [worker]\n      ^',
      hint: 'Did you mean "roles"?',
    });
    expect(thrownLines(error, style, false)).toEqual([
      'error inventory.yaml:3:5: unknown key "rolse" [inventory.invalid]',
      '  3 |   rolse: [worker]',
      '        ^',
      '  hint: Did you mean "roles"?',
    ]);
  });

  it('shows every error of a list, then how many there were', () => {
    const one = new BootstrapError('inventory.invalid', 'first', { where: place });
    const two = new BootstrapError('inventory.invalid', 'second', {
      where: { host: 'worker1', task: 'load' },
    });
    expect(thrownLines(new ErrorList([one, two]), style, false)).toEqual([
      'error inventory.yaml:3:5: first [inventory.invalid]',
      'error worker1: load: second [inventory.invalid]',
      '2 problems found',
    ]);
  });

  it('names anything else as a bug of ours, without a stack', () => {
    const lines = thrownLines(new TypeError('x is not a function'), style, false);
    expect(lines[0]).toBe('error this is a bug in ipvs-bootstrap: x is not a function [internal]');
    expect(lines.join('\n')).not.toContain('    at ');
  });

  it('shows the stack and the causes with debug', () => {
    const error = new BootstrapError('connect.lost', 'gone', { cause: new Error('ECONNRESET') });
    const text = thrownLines(error, style, true).join('\n');
    expect(text).toContain('    at ');
    expect(text).toContain('ECONNRESET');
  });
});

describe('warningLines', () => {
  it('calls a warning a warning, with its place and hint', () => {
    const warning = new BootstrapError('inventory.invalid', 'this is slow', {
      where: place,
      hint: 'Use two.',
    });
    expect(warningLines(warning, style)).toEqual([
      'warning inventory.yaml:3:5: this is slow',
      '  hint: Use two.',
    ]);
  });
});
