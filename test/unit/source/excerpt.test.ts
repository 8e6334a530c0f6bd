// Source lines in errors: the caret stands under its column and nothing in them can disturb a terminal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt, printable } from '../../../src/source/excerpt.ts';

describe('excerpt', () => {
  it('puts the caret under the column', () => {
    expect(excerpt('  name: lab', { line: 12, column: 9 })).toBe('12 |   name: lab\n   |         ^');
  });

  it('cuts long lines around the caret', () => {
    const [line = '', caret = ''] = excerpt(`${'a'.repeat(500)}X${'b'.repeat(500)}`, {
      line: 1,
      column: 501,
    }).split('\n');
    expect(line).toMatch(/^1 \| …a+Xb+…$/);
    expect(caret.indexOf('^')).toBe(line.indexOf('X'));
    expect(line.length).toBeLessThan(110);
  });

  it.each([
    ['  password: hunter2', '  password: *******'],
    ['ssh: { user: eve, passphrase: "a, b", port: 22 }', 'ssh: { user: eve, passphrase: ******, port: 22 }'],
    ["  'sudoPassword': 'it''s' # mine", "  'sudoPassword': ******* # mine"],
    ['  password: { env: NAME }', '  password: { env: NAME }'],
    ["  token: '${{ run.bootstrapToken }}'", "  token: '${{ run.bootstrapToken }}'"],
    ['  bootstrapToken: ${{ run.bootstrapToken }}', '  bootstrapToken: ${{ run.bootstrapToken }}'],
  ])('shows no secret that somebody wrote into %j', (line, shown) => {
    expect(excerpt(line, { line: 3, column: 1 }).split('\n')[0]).toBe(`3 | ${shown}`);
  });

  it('leaves no control character in the line, whatever the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(200), (line, column) => {
        expect(excerpt(line.replaceAll('\n', ''), { line: 1, column: column + 1 })).toMatch(
          /^[^\p{Cc}\p{Cf}]*\n[^\p{Cc}\p{Cf}]*$/u,
        );
      }),
    );
  });
});

describe('printable', () => {
  it('replaces escape sequences and direction marks, and keeps letters of all scripts', () => {
    expect(printable('\u001B[31mrot \u202Eabc\u202C größe 日本')).toBe(
      '\uFFFD[31mrot \uFFFDabc\uFFFD größe 日本',
    );
  });
});
