// Whatever a playbook holds, it gives phases or errors with positions: never a stack trace, never a changed prototype.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { BootstrapError, ErrorList } from '../../../src/core/errors.ts';
import { packagePath } from '../../../src/core/package-root.ts';
import { Secret } from '../../../src/core/secret.ts';
import { operations } from '../../../src/operations/registry.ts';
import { bindPhases } from '../../../src/playbook/bind.ts';
import { loadPhase } from '../../../src/playbook/load-phase.ts';
import { decode } from '../../../src/source/decode.ts';
import { parseSource } from '../../../src/source/parse-source.ts';

const hosts = [
  { name: 'master1', roles: ['control-plane'] },
  { name: 'worker1', roles: ['worker'] },
] as const;

const context = {
  cluster: { name: 'lab', controlPlane: {}, nodes: [{ name: 'master1', address: '192.0.2.1' }] },
  host: { name: 'master1', roles: ['control-plane'] },
  workloads: [],
  run: { bootstrapToken: new Secret('abcdef.0123456789abcdef', 'bootstrap token') },
};

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const before = prototypes.map((one) => Reflect.ownKeys(one).length);
afterAll(() => {
  expect(prototypes.map((one) => Reflect.ownKeys(one).length)).toEqual(before);
});

/** Reads and binds; checks that what was thrown is fit to be shown. Gives whether it was good. */
function tryPlaybook(text: string): boolean {
  try {
    const phase = loadPhase(parseSource('x.yaml', text, 'playbook.invalid'), operations);
    bindPhases([phase], { hosts, contextOf: () => context });
    return true;
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    for (const one of error instanceof ErrorList ? error.errors : [error]) checkShown(one, text);
    return false;
  } finally {
    expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
  }
}

function checkShown({ code, where, message, detail = '', hint = '' }: BootstrapError, text: string): void {
  expect(code).toBe('playbook.invalid');
  if (where === undefined || !('file' in where)) expect.fail(`no position: ${message}`);
  expect(where.line).toBeLessThanOrEqual(text.split('\n').length);
  expect(`${message}${hint}${detail.replaceAll('\n', '')}`).not.toMatch(/[\p{Cc}\u2028\u202E]/u);
  expect(message).not.toMatch(/undefined|\[object|Invalid input|liquid/i);
  expect(`${message}${hint}`).not.toContain('abcdef.0123456789abcdef');
}

const shipped = readdirSync(packagePath('playbooks'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(path.join(packagePath('playbooks'), file), 'utf8'))
  .filter((text) => /^tasks:/m.test(text));

const sign = fc.constantFrom(
  ...[
    '${{',
    '}}',
    ' | ',
    'append: ',
    '"',
    "'",
    '(',
    '..',
    ')',
    '[',
    ']',
    '.',
    ' == ',
    ' and ',
    ' or ',
    ' not ',
  ],
  ...[
    'cluster',
    'host',
    'name',
    'nodes',
    'run',
    'bootstrapToken',
    'nil',
    'true',
    '0',
    '-1',
    '1e99',
    '999999999',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'first',
    'size',
    'default: ',
    'upcase',
    'join',
    '{%',
    '{{',
    '%}',
    '\n',
  ],
);
const expression = fc.array(sign, { maxLength: 14 }).map((parts) => parts.join(''));
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    '',
    '90s',
    'all',
    'master1',
    'unit.running',
    'file.present',
  ),
  expression.map((text) => '${{ ' + text + ' }}'),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$(id)', 'a\nb', '\u0000', '\u202Eabc', '../..', '__proto__', 'constructor'),
);
const key = fc.oneof(
  fc.constantFrom(
    ...['name', 'title', 'tasks', 'op', 'on', 'with', 'when', 'serial', 'wait', 'path', 'content'],
  ),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '<<', ''),
  fc.string(),
);
const { tree } = fc.letrec<{ tree: unknown }>((self) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    scalar,
    fc.array(self('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(key, self('tree')), { maxLength: 6 }).map((pairs) => new Map(pairs)),
  ),
}));

describe('any playbook', () => {
  it('of any bytes is decoded and read, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          tryPlaybook(decode('x.yaml', Buffer.from(bytes), 'playbook.invalid'));
        } catch (error) {
          expect(error).toBeInstanceOf(BootstrapError);
          expect(error).toMatchObject({ code: 'playbook.invalid', where: { file: 'x.yaml' } });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of trees that look like playbooks is checked', () => {
    fc.assert(
      fc.property(tree, tree, (entry, values) => {
        tryPlaybook(
          stringify(
            new Map([
              ['name', 'x'],
              ['title', 'X'],
              ['tasks', [entry]],
            ] as [string, unknown][]),
          ),
        );
        const task = { name: 'Do it', op: 'file.present', with: values, when: [entry] };
        tryPlaybook(stringify({ name: 'x', title: 'X', tasks: [task] }));
      }),
      { numRuns: 300 },
    );
  });

  it('with any expression is evaluated or refused', () => {
    let good = 0;
    fc.assert(
      fc.property(expression, fc.boolean(), (text, isCondition) => {
        const written = '${{ ' + text + ' }}';
        const given = isCondition ? { when: [written] } : {};
        const args = { path: '/etc/motd', content: isCondition ? 'x' : `${written} and so on` };
        const task = { name: 'Do it', op: 'file.present', with: args, ...given };
        if (tryPlaybook(stringify({ name: 'x', title: 'X', tasks: [task] }))) good += 1;
      }),
      { numRuns: 2000 },
    );
    expect(good).toBeGreaterThan(10);
  });
});

describe('a shipped phase', () => {
  it('with one piece replaced is checked', () => {
    const pieces = shipped.flatMap((text) =>
      [...text.matchAll(/[^\s{}[\],:]+/g)].map(({ index, 0: piece }) => ({
        text,
        index,
        end: index + piece.length,
      })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...pieces), tree, ({ text, index, end }, data) => {
        const replaced = JSON.stringify(data instanceof Map ? Object.fromEntries(data) : data);
        tryPlaybook(text.slice(0, index) + replaced + text.slice(end));
      }),
      { numRuns: 300 },
    );
  });

  it('with lines dropped, doubled or moved is checked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...shipped),
        fc.infiniteStream(fc.nat(80)),
        fc.nat(60),
        (text, order, length) => {
          const lines = text.split('\n');
          tryPlaybook([...order.take(length)].map((index) => lines[index % lines.length]).join('\n'));
        },
      ),
      { numRuns: 300 },
    );
  });
});
