// Secrets in lines that are shown: no part of one is left, on whatever lines it stands, and the rest stays as it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { maskSecrets } from '../../../src/source/mask-secrets.ts';

describe('maskSecrets', () => {
  it.each([
    ['  password: hunter2', '  password: *******'],
    ['ssh: { user: eve, passphrase: "a, b", port: 22 }', 'ssh: { user: eve, passphrase: ******, port: 22 }'],
    ["  'sudoPassword': 'it''s' # mine", "  'sudoPassword': ******* # mine"],
    ['  password: "a\\"b" }', '  password: ****** }'],
    ['  password: "ab"cd', '  password: ******'],
    ['  password: [hunter2, b]', '  password: ***********]'],
    ['  password: a\u2028b\rc', '  password: *****'],
    ['{ "token":"x", "port": 1 }', '{ "token":***, "port": 1 }'],
    ['#  password: hunter2', '#  password: *******'],
    ['  password: {hunter2}', '  password: ********}'],
    ['  passphrase: { hunter2: a }', '  passphrase: ************ }'],
    ['  password: { hunter2: }', '  password: ********** }'],
    ['  passwrod: hunter2', '  passwrod: *******'],
    ['  pasword: hunter2', '  pasword: *******'],
    ['  pass phrase: hunter2', '  pass phrase: *******'],
    ['  pass: hunter2', '  pass: *******'],
    ['  privateKey: hunter2', '  privateKey: *******'],
    ['  password hunter2', '  password *******'],
    ['  password=hunter2', '  password********'],
    ['  passwd: hunter2', '  passwd: *******'],
    ['  password: ${{ a }}hunter2', '  password: ***************'],
    ['  password: ${{hunter2', '  password: **********'],
    ['- passphrase hunter2 # x', '- passphrase ***********'],
    ["  password: 'it'}s'", '  password: *******'],
  ])('masks the secret in %j', (line, shown) => {
    expect(maskSecrets(line)).toBe(shown);
  });

  it.each([
    ['  password: { env: NAME }'],
    ["  token: '${{ run.bootstrapToken }}'"],
    ['  bootstrapToken: ${{ run.bootstrapToken }}'],
    ['  password:\n    env: NAME\n  port: 22'],
    ['  password: # from where?\n    # an environment\n    { env: NAME }'.replace(' # from where?', '')],
    ['  - password:\n  - name: b'],
    ['  identityFile: ~/.ssh/id_ed25519'],
    ['  password : { env: NAME }'],
    ['  resetsPasswords: true\n    deeper: 1'],
  ])('leaves %j as it is: maps, expressions and other keys', (text) => {
    expect(maskSecrets(text).replaceAll(/\*+/g, '')).toBe(text.replaceAll(/# an.*/g, ''));
  });

  it.each([
    ['a block text', 'password: |\n  se:\n\n   cret\nuser: a', 'password: *\n  ***\n\n   ****\nuser: a'],
    ['one that looks like an entry', 'password: |\nsecret: x\nuser: a', 'password: *\n*********\nuser: a'],
    ['braces below their key', 'passphrase:\n  {hunter2}\nuser: a', 'passphrase:\n  *********\nuser: a'],
    ['braces around it', 'password: {\n  hunter2\n}\nuser: a', 'password: {\n  *******\n}\nuser: a'],
    ['one whose key is a comment', '# password: |\n   secret\nuser: a', '# password: *\n   ******\nuser: a'],
    ['one in a list', '- password: >-\n    se\n- user: a', '- password: **\n    **\n- user: a'],
    ['a block text that is not indented', 'password: |\nsecret\nuser: a', 'password: *\n******\nuser: a'],
    ['a value below its key', 'password:\n  secret\nuser: a', 'password:\n  ******\nuser: a'],
    [
      'a quoted value below its key',
      'password:\n  "se\n  cret"\nuser: a',
      'password:\n  ***\n  *****\nuser: a',
    ],
    ['one in a flow map', '{ password:\n "se\nc: ret", user: a }', '{ password:\n ***\n*******, user: a }'],
    [
      'a value behind a comment',
      'password: # c\n  # d\n  cret\nuser: a',
      'password: ***\n  ***\n  ****\nuser: a',
    ],
    ['an anchored value', 'password: &p\n  secret\nuser: a', 'password: **\n  ******\nuser: a'],
    ['an explicit key', '? password\n: secret\n? user', '? password\n********\n? user'],
    ['a list', 'password:\n- se: 1\n- cret\nuser: a', 'password:\n*******\n******\nuser: a'],
    ['plain text', '- password: se\n    cret\n- user: a', '- password: **\n    ****\n- user: a'],
    ['plain text in a flow map', '{ password: se\n cret }\nuser: a', '{ password: **\n ******\nuser: a'],
    ['double quotes', 'password: "se\n\nc: ret"\nuser: a', 'password: ***\n\n*******\nuser: a'],
    [
      'quotes that are closed too early',
      'password: "se"\n  cret"\nuser: a',
      'password: ****\n  *****\nuser: a',
    ],
    ['an escaped quote', 'password: "se\\"\n  cret"\nuser: a', 'password: *****\n  *****\nuser: a'],
    ['single quotes', "password: 'se\n  it''s' # c\nuser: a", 'password: ***\n  ****** # c\nuser: a'],
    [
      'quotes in a flow map',
      '{ password: "a\n b", token: c,\n d: e }',
      '{ password: **\n **, token: **\n d: e }',
    ],
    ['a quote that nothing closes', "password: 'se\nuser: a\n", 'password: ***\n*******\n'],
    ['Windows line ends', 'password: |\r\n  se cret\r\nuser: a', 'password: *\r\n  ******* \nuser: a'],
  ])('masks all lines of %s', (_what, text, shown) => {
    expect(maskSecrets(text)).toBe(shown);
  });

  /** Whether it is the file that was to be written. */
  function reads(text: string, password: string): boolean {
    const document = parseDocument(text, { logLevel: 'silent' });
    return document.errors.length === 0 && document.get('sshPassword') === password;
  }

  const word = fc.stringMatching(/^Q[a-z0-9:#{}'"-]{0,8}$/);
  const secret = fc
    .array(word, { minLength: 1, maxLength: 12 })
    .chain((words) => fc.constantFrom(' ', '\n', '\n\n', ': ').map((between) => words.join(between)));
  const style = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');

  it('leaves nothing of a secret, however YAML writes it', () => {
    fc.assert(
      fc.property(
        secret,
        style,
        fc.boolean(),
        fc.integer({ min: 10, max: 40 }),
        (password, type, flow, width) => {
          const login = { user: 'eve', password, port: 22 };
          const data = {
            before: 1,
            hosts: [{ name: 'a', ssh: login }, login],
            sshPassword: password,
            after: 2,
          };
          const text = stringify(data, {
            defaultStringType: type as 'PLAIN',
            defaultKeyType: 'PLAIN',
            collectionStyle: flow ? 'flow' : 'block',
            lineWidth: width,
          });
          // The library has its limits, too: not all that it writes reads as what was to be written.
          fc.pre(reads(text, password));
          const shown = maskSecrets(text);
          expect(shown).not.toContain('Q');
          expect(shown.split('\n').map(({ length }) => length)).toEqual(
            text.split('\n').map(({ length }) => length),
          );
          expect(shown).toMatch(/before: 1[^]*after: 2/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leaves any text as long as it was', () => {
    const part = fc.constantFrom(
      'password: ',
      '"',
      "'",
      '\n',
      '  ',
      'a',
      '{',
      '}',
      '|',
      '- ',
      '#',
      '\\',
      ':',
      '\r',
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('');
        const shape = (lines: string): number[] => lines.split('\n').map(({ length }) => length);
        expect(shape(maskSecrets(text))).toEqual(shape(text));
      }),
    );
  });

  it('is quick on long lines of little sense', () => {
    const started = performance.now();
    for (const part of ['password: } ', 'password: "', "token: ''", 'secret ', '" } ', 'token:\n', '{ ']) {
      maskSecrets(part.repeat(4_000_000 / part.length));
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
