// The end of a command's output, as errors show it.
import { describe, expect, it } from 'vitest';
import { tail } from '../../../src/core/tail.ts';

describe('the tail of an output', () => {
  it('is the last twenty lines', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    expect(tail(`${lines.join('\n')}\n`)).toBe(lines.slice(10).join('\n'));
  });

  it('cuts no word, so that a secret in it is still known as one', () => {
    const secret = 'hunter2'.repeat(10);
    for (let after = 3900; after <= 4000; after += 1) {
      const shown = tail(`password ${secret} ${'x'.repeat(after - 1)}`);
      expect(shown.replaceAll(secret, '')).not.toContain('hunter2');
      expect(shown.length).toBeLessThanOrEqual(4001);
    }
  });
});
