import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmd, quote, script, sequence } from '../../../src/core/command.ts';

describe('quote', () => {
  it('gives a shell back exactly what was quoted', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const shown = execFileSync('sh', ['-c', `printf '%s\\0' ${['', ...words].map(quote).join(' ')}`]);
        expect(shown.toString().split('\0').slice(1, -1)).toEqual(words);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a NUL byte', () => {
    expect(() => quote('a\0b')).toThrow('NUL');
  });
});

describe('cmd', () => {
  it('quotes words, joins lists and inserts commands', () => {
    const inner = cmd`modprobe ${'ip vs'}`;
    expect(cmd`test -e ${'/a b'} && ${inner} ${['x', "it's"]} ${3}`.text).toBe(
      `test -e '/a b' && modprobe 'ip vs' x 'it'\\''s' 3`,
    );
  });
});

describe('sequence', () => {
  it('stops at the first command that fails', () => {
    expect(sequence([script('a'), script('b')]).text).toBe('a &&\nb');
  });
});
