// Positions: every path finds its place, whatever form the YAML has.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseSource } from '../../../src/source/parse-source.ts';
import type { DocumentPath } from '../../../src/source/path.ts';

const source = parseSource(
  'x.yaml',
  `# comment
top: &anchor
  key: value
  "quoted key": [one, { two: 2 }]
list:
  - first
  -
    second: *anchor
  - third: |
      text
empty:
`,
  'inventory.invalid',
);

describe('at', () => {
  it.each<[DocumentPath, 'key' | 'value', number, number]>([
    [[], 'value', 2, 1],
    [['top', 'key'], 'key', 3, 3],
    [['top', 'key'], 'value', 3, 8],
    [['top', 'quoted key', 0], 'value', 4, 18],
    [['top', 'quoted key', 1, 'two'], 'key', 4, 25],
    [['list', 0], 'key', 6, 5],
    [['list', 1, 'second'], 'key', 8, 5],
    [['list', 1, 'second'], 'value', 8, 13],
    [['list', 2, 'third'], 'value', 9, 12],
    [['empty'], 'value', 11, 1],
  ])('finds %j (%s)', (path, part, line, column) => {
    expect(source.at(path, part)).toEqual({ file: 'x.yaml', line, column });
  });

  it('follows aliases to where the entry is written', () => {
    expect(source.at(['list', 1, 'second', 'key'])).toMatchObject({ line: 3, column: 8 });
  });

  it('shows the nearest entry above what is not there', () => {
    expect(source.at(['top', 'missing', 'deeper'])).toMatchObject({ line: 2, column: 1 });
    expect(source.at(['list', 7])).toMatchObject({ line: 5, column: 1 });
    expect(source.at(['list', 0, 'not a map'])).toMatchObject({ line: 6, column: 5 });
    expect(source.at(['missing'])).toMatchObject({ line: 2, column: 1 });
  });
});

describe('excerpt', () => {
  const text = `# comment

top: &anchor { key: value, empty: } # behind
"quoted key":   'it''s'   # behind

  # aside
list:
  - name: x # behind
    text: |- # a block
      one
  - { one: [1,
      2] } # behind
  -
  - "a # b
    c" # behind
deep:
  inner: # behind
    one: 1
    two:
      - *anchor
`;
  const file = parseSource('x.yaml', text, 'inventory.invalid');

  it.each<[string, DocumentPath, 'key' | 'value', readonly string[]]>([
    [
      'a key',
      ['top', 'key'],
      'key',
      ['3 | top: &anchor { key: value, empty: } # behind', '               ^^^'],
    ],
    [
      'a value',
      ['top', 'key'],
      'value',
      ['3 | top: &anchor { key: value, empty: } # behind', '                    ^^^^^'],
    ],
    [
      'the key of an empty value',
      ['top', 'empty'],
      'value',
      ['3 | top: &anchor { key: value, empty: } # behind', '                           ^^^^^'],
    ],
    [
      'a flow map without its anchor',
      ['top'],
      'value',
      ['3 | top: &anchor { key: value, empty: } # behind', '             ^^^^^^^^^^^^^^^^^^^^^^'],
    ],
    [
      'quotes',
      ['quoted key'],
      'value',
      [`4 | "quoted key":   'it''s'   # behind`, '                ^^^^^^^'],
    ],
    [
      'a quoted key',
      ['quoted key'],
      'key',
      [
        '3 | top: &anchor { key: value, empty: } # behind',
        `4 | "quoted key":   'it''s'   # behind`,
        '^^^^^^^^^^^^',
      ],
    ],
    [
      'the key of the map that lacks another',
      ['deep', 'inner', 'three'],
      'key',
      ['16 | deep:', '17 |   inner: # behind', '  ^^^^^'],
    ],
    [
      'the start of a file that lacks a key',
      ['other'],
      'key',
      ['3 | top: &anchor { key: value, empty: } # behind', '^'],
    ],
    [
      'the first line of a block map',
      ['list', 0],
      'value',
      ['7 | list:', '8 |   - name: x # behind', '    ^^^^^^^'],
    ],
    [
      'the first line of a block map in a map',
      ['deep', 'inner'],
      'value',
      ['17 |   inner: # behind', '18 |     one: 1', '    ^^^^^^'],
    ],
    [
      'the first line of a block list',
      ['deep', 'inner', 'two'],
      'value',
      ['19 |     two:', '20 |       - *anchor', '      ^^^^^^^^^'],
    ],
    [
      'an alias',
      ['deep', 'inner', 'two', 0],
      'value',
      ['19 |     two:', '20 |       - *anchor', '        ^^^^^^^'],
    ],
    [
      'the head of a block text',
      ['list', 0, 'text'],
      'value',
      ['9 |     text: |- # a block', '          ^^'],
    ],
    [
      'the first line of a flow map',
      ['list', 1],
      'value',
      ['10 |       one', '11 |   - { one: [1,', '    ^^^^^^^^^^'],
    ],
    [
      'an entry on a later line',
      ['list', 1, 'one', 1],
      'value',
      ['11 |   - { one: [1,', '12 |       2] } # behind', '      ^'],
    ],
    ['the place of an empty entry', ['list', 2], 'value', ['12 |       2] } # behind', '13 |   -', '   ^']],
    ['the first line of a quoted text', ['list', 3], 'value', ['13 |   -', '14 |   - "a # b', '    ^^^^^^']],
    ['what stands at the margin below a blank line, alone', ['list'], 'key', ['7 | list:', '^^^^']],
  ])('marks %s', (_what, path, part, lines) => {
    const gutter = ' '.repeat((lines.at(-2) ?? '').indexOf('|'));
    const carets = `${gutter}| ${lines.at(-1) ?? ''}`;
    expect(file.excerpt(path, part)).toBe([...lines.slice(0, -1), carets].join('\n'));
  });

  it('shows no line of a secret above', () => {
    const above = 'ssh:\n  password: |\n    hunter2\n\n  usr: root\n';
    const shown = parseSource('x.yaml', above, 'inventory.invalid').excerpt(['ssh', 'usr'], 'key');
    expect(shown).toBe('3 |     *******\n5 |   usr: root\n  |   ^^^');
  });

  it('looks for a line above only near by', () => {
    const shown = (blank: number): string => {
      const text = `a:\n  b: 1\n${'\n'.repeat(blank)}  c: 2\n`;
      return parseSource('x.yaml', text, 'inventory.invalid').excerpt(['a', 'c'], 'key');
    };
    expect(shown(1)).toBe('2 |   b: 1\n4 |   c: 2\n  |   ^');
    expect(shown(30)).toBe('33 |   c: 2\n   |   ^');
  });
});

describe('error', () => {
  it('shows a line once that is both above and the other side', () => {
    const file = parseSource('x.yaml', 'a: 1\nb: 2\n', 'inventory.invalid');
    const mistake = { message: 'x', path: ['b'], part: 'key', other: ['a'] } as const;
    expect(file.error('playbook.invalid', mistake).detail).toBe('2 | b: 2\n  | ^\n1 | a: 1\n  |    ^');
  });

  it('names the line of the other side and shows both', () => {
    const error = source.error('playbook.invalid', {
      message: 'they collide',
      path: ['list', 0],
      other: ['top', 'key'],
      hint: 'Choose.',
    });
    expect(error).toMatchObject({
      code: 'playbook.invalid',
      message: 'they collide (line 3)',
      where: { line: 6, column: 5 },
      hint: 'Choose.',
      detail: '5 | list:\n6 |   - first\n  |     ^^^^^\n3 |   key: value\n  |        ^^^^^',
    });
  });
});

describe('errorsFrom', () => {
  const text = `tasks:
  - { op: copy, from: a, too: b }
  - { op: wait, seconds: soon }
  - { op: cpoy }
  - { seconds: 1 }
names: { Good: 1, bad name: 2 }
size: []
`;
  const schema = z.strictObject({
    tasks: z.array(
      z.discriminatedUnion('op', [
        z.strictObject({
          op: z.literal('copy'),
          from: z.string(),
          to: z.string().meta({ description: 'Target.' }),
        }),
        z.strictObject({ op: z.literal('wait'), seconds: z.int() }),
      ]),
    ),
    names: z.record(z.string().regex(/^\S+$/, 'must be one word'), z.int()),
    size: z.union([z.int(), z.string()]),
  });

  it('describes unions, records and misspelt keys of the chosen branch', () => {
    const parsed = schema.safeParse(parseSource('x.yaml', text, 'playbook.invalid').value);
    const errors = parseSource('x.yaml', text, 'playbook.invalid').errorsFrom(
      parsed.error?.issues ?? [],
      'playbook.invalid',
      schema,
    );
    expect(errors.map(({ where, message, hint }) => [where, message, hint])).toEqual([
      [{ file: 'x.yaml', line: 2, column: 26 }, 'unknown key "too" in tasks[0]', 'Did you mean "to"?'],
      [
        { file: 'x.yaml', line: 3, column: 26 },
        'tasks[1].seconds must be a number, is the text "soon"',
        undefined,
      ],
      [
        { file: 'x.yaml', line: 4, column: 11 },
        'tasks[2].op must be one of copy or wait, is "cpoy"',
        'Did you mean "copy"?',
      ],
      [{ file: 'x.yaml', line: 5, column: 5 }, '"op" is missing in tasks[3]', undefined],
      [{ file: 'x.yaml', line: 6, column: 19 }, 'the key "bad name" in names must be one word', undefined],
      [
        { file: 'x.yaml', line: 7, column: 7 },
        'size must be a number or a text, is an empty list',
        undefined,
      ],
    ]);
  });

  it('places issues of a part of the document', () => {
    const part = parseSource('x.yaml', 'a:\n  b: { c: 1 }\n', 'playbook.invalid');
    const inner = z.strictObject({ c: z.string() });
    const issues = inner.safeParse({ c: 1 }).error?.issues ?? [];
    const [error] = part.errorsFrom(issues, 'playbook.invalid', inner, ['a', 'b']);
    expect(error).toMatchObject({
      message: 'a.b.c must be a text, is the number 1',
      where: { line: 2, column: 11 },
    });
  });
});
