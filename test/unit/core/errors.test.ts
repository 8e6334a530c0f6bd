// Errors: the same one in another place or with other words.
import { describe, expect, it } from 'vitest';
import { asError, BootstrapError } from '../../../src/core/errors.ts';

const cause = new Error('below');
const error = new BootstrapError('command.failed', 'it failed', {
  where: { host: 'm1' },
  hint: 'Look there.',
  detail: 'last line',
  data: { exitCode: 3 },
  cause,
});

describe('an error with other details', () => {
  it('keeps its code and what is not named', () => {
    const moved = error.with({ where: { host: 'm1', task: 'Join' } });
    expect(moved).toBeInstanceOf(BootstrapError);
    expect(moved).toMatchObject({
      code: 'command.failed',
      message: 'it failed',
      where: { host: 'm1', task: 'Join' },
      hint: 'Look there.',
      detail: 'last line',
      data: { exitCode: 3 },
      cause,
    });
  });

  it('takes new words, and loses what is named as undefined', () => {
    const other = error.with({ message: 'another', hint: undefined });
    expect([other.message, other.hint, other.detail]).toEqual(['another', undefined, 'last line']);
  });

  it('is another one', () => {
    expect(error.with({ message: 'another' })).not.toBe(error);
    expect(error.message).toBe('it failed');
  });
});

describe('what was thrown, as an error', () => {
  it('is itself when it is one, and says the rest as text', () => {
    expect(asError(error)).toBe(error);
    expect(asError('text').message).toBe('text');
    expect(asError(undefined).message).toBe('undefined');
  });
});
