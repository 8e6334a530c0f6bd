// Whatever a file holds, it gives an inventory or errors with positions: never a stack trace, a hang or a changed prototype.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { BootstrapError, ErrorList } from '../../../src/core/errors.ts';
import { checkInventory } from '../../../src/inventory/load.ts';
import { resolveInventory } from '../../../src/inventory/resolve.ts';
import type { Inventory } from '../../../src/inventory/schema/schema.ts';
import { starterInventory } from '../../../src/inventory/starter.ts';
import { decode } from '../../../src/source/decode.ts';
import { parseSource } from '../../../src/source/parse-source.ts';

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const before = prototypes.map((one) => Reflect.ownKeys(one).length);
afterAll(() => {
  expect(prototypes.map((one) => Reflect.ownKeys(one).length)).toEqual(before);
});

const environment = { homeDirectory: '/home/alice', userName: 'alice' };

/** The inventory, or undefined after checking that what was thrown is fit to be shown. */
function tryInventory(text: string): Inventory | undefined {
  try {
    const loaded = checkInventory(parseSource('x.yaml', text, 'inventory.invalid'));
    resolveInventory(loaded, environment);
    return loaded.inventory;
  } catch (error) {
    if (!(error instanceof ErrorList)) throw error;
    for (const one of error.errors) checkShown(one, text);
    return undefined;
  }
}

function checkShown({ code, where, message, detail = '', hint = '' }: BootstrapError, text: string): void {
  expect(code).toBe('inventory.invalid');
  if (where === undefined || !('file' in where)) expect.fail(`no position: ${message}`);
  expect(where.line).toBeLessThanOrEqual(text.split('\n').length);
  expect(`${message}${hint}${detail.replaceAll('\n', '')}`).not.toMatch(/[\p{Cc}\u2028\u202E]/u);
  expect(message).not.toMatch(/undefined|\[object|Invalid input/);
}

const words = fc.constantFrom(
  ...[
    'cluster',
    'hosts',
    'ssh',
    'externalIPs',
    'workloads',
    'name',
    'kubernetes',
    'version',
    'source',
    'bundle',
  ],
  ...[
    'address',
    'roles',
    'pool',
    'interface',
    'namespace',
    'deployments',
    'services',
    'port',
    'image',
    'network',
  ],
  ...[
    'pods',
    'controlPlane',
    'vip',
    'endpoint',
    'kubeProxy',
    'excludeCIDRs',
    '__proto__',
    'constructor',
    '<<',
    '',
  ],
);
const scalars = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    80,
    65536,
    1.5,
    1e300,
    '',
    'yes',
    'v1.20.2',
    './bundle',
    'eth0',
  ),
  fc.constantFrom(
    '10.0.0.1',
    '10.0.0.2-10.0.0.9',
    '10.0.0.0/8',
    '::1',
    'fd00::/64',
    'control-plane',
    'worker',
    'all',
  ),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '$(id)',
    '`id`',
    "'; reboot; '",
    'a\nb',
    '\u0000',
    '\u202Eabc',
    '-o',
    '../..',
    '${{ x }}',
    '{{ x }}',
  ),
);
const { tree } = fc.letrec<{ tree: unknown }>((self) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    scalars,
    fc.array(self('tree'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(words, fc.string()), self('tree')), { maxLength: 6 })
      .map((pairs) => new Map(pairs)),
  ),
}));

describe('any text', () => {
  it('of any bytes is decoded or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decode('x.yaml', Buffer.from(bytes), 'inventory.invalid');
        } catch (error) {
          expect(error).toBeInstanceOf(BootstrapError);
          expect(error).toMatchObject({ code: 'inventory.invalid', where: { file: 'x.yaml' } });
        }
      }),
    );
  });

  it('of YAML’s own signs is parsed or refused', () => {
    const signs = fc.constantFrom(
      ...[
        'a',
        'hosts',
        '"',
        "'",
        ':',
        ': ',
        '- ',
        '\n',
        '\n  ',
        '  ',
        '\t',
        '{',
        '}',
        '[',
        ']',
        ',',
        '&x ',
        '*x',
        '!!',
      ],
      ...['#', '|', '>', '---\n', '...', '%YAML 1.1\n', '? ', '<<', '@', '`', '\\', '\r\n', '~', '\uFEFF'],
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 40 }), (parts) => {
        tryInventory(parts.join(''));
      }),
      { numRuns: 300 },
    );
  });

  it('of trees that look like inventories is checked', () => {
    fc.assert(
      fc.property(tree, (data) => {
        tryInventory(stringify(data));
      }),
      { numRuns: 250 },
    );
  });
});

describe('a good inventory', () => {
  const lines = starterInventory.split('\n');

  it('with one piece replaced is checked', () => {
    const positions = [...starterInventory.matchAll(/[^\s{}[\],:]+/g)].map(({ index, 0: piece }) => ({
      index,
      piece,
    }));
    fc.assert(
      fc.property(fc.constantFrom(...positions), tree, ({ index, piece }, data) => {
        const replaced = JSON.stringify(data instanceof Map ? Object.fromEntries(data) : data);
        tryInventory(
          starterInventory.slice(0, index) + replaced + starterInventory.slice(index + piece.length),
        );
      }),
      { numRuns: 250 },
    );
  });

  it('with lines dropped, doubled or moved is checked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(lines.length - 1), { maxLength: 60 }), (order) => {
        tryInventory(order.map((index) => lines[index]).join('\n'));
      }),
      { numRuns: 250 },
    );
  });

  it('never lets a text with a line break or a shell sign into a name, address or image', () => {
    const signs = fc.constantFrom('\n', ' ', ...';&|$`"<>(){}*?!~#'.split(/(?=.)/), "'");
    const evil = fc
      .tuple(fc.string({ maxLength: 5 }), signs, fc.string({ maxLength: 5 }))
      .map((parts) => parts.join(''));
    const fields = fc.constantFrom(
      ...['name: my-cluster', 'version: v1.37.2', 'name: master1', 'address: 192.0.2.11', 'user: root'],
      ...[
        'pool: [192.0.2.30-192.0.2.39]',
        'namespace: hello',
        'image: nginx',
        'scheduler: rr',
        'pods: 10.244.0.0/16',
      ],
    );
    fc.assert(
      fc.property(fields, evil, (field, text) => {
        const [key = ''] = field.split(':');
        const changed = starterInventory.replace(
          field,
          () => `${key}: ${JSON.stringify(key === 'pool' ? [text] : text)}`,
        );
        expect(tryInventory(changed)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
