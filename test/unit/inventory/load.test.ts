// Loading: files that are not there, and files with more mistakes than anyone reads.
import { describe, expect, it } from 'vitest';
import { ErrorList } from '../../../src/core/errors.ts';
import { checkInventory, loadInventory } from '../../../src/inventory/load.ts';
import { parseSource } from '../../../src/source/parse-source.ts';

function errorsOf(text: string): ErrorList {
  try {
    checkInventory(parseSource('x.yaml', text, 'inventory.invalid'));
  } catch (error) {
    if (error instanceof ErrorList) return error;
    throw error;
  }
  return expect.fail('no error');
}

describe('loadInventory', () => {
  it('says that a file does not exist', async () => {
    await expect(loadInventory('/nowhere.yaml')).rejects.toMatchObject({
      code: 'file.unreadable',
      exitCode: 3,
    });
  });
});

describe('checkInventory', () => {
  it('reports schema mistakes and broken rules together, in file order, with exit code 3', () => {
    const list = errorsOf(`cluster: { name: X, kubernetes: { version: v1.20.2, source: { bundle: b } } }
hosts:
  - { name: a, address: 10.0.0.1, roles: [control-plane] }
  - { name: a, address: 10.0.0.1, roles: [nothing] }
`);
    expect(list.exitCode).toBe(3);
    expect(list.errors.map(({ where }) => where)).toMatchObject([
      { line: 1, column: 18 },
      { line: 4, column: 13 },
      { line: 4, column: 25 },
      { line: 4, column: 43 },
    ]);
  });

  it('does not take a broken value for a missing one', () => {
    const list = errorsOf(`cluster: { name: x, kubernetes: { version: v1.20.2, source: { bundle: b } } }
hosts:
  - { name: a, address: 10.0.0.1, roles: [control-plain] }
workloads:
  - { namespace: n, deployments: [{ name: Web, image: web, port: 80 }], services: [{ name: web, port: 80 }] }
`);
    expect(list.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('hosts[0].roles[0] must be one of control-plane or worker'),
      expect.stringContaining('workloads[0].deployments[0].name must be'),
    ]);
  });

  it('shows the first hundred of many mistakes', () => {
    const list = errorsOf(Array.from({ length: 150 }, (_, index) => `key${index}: 1\n`).join(''));
    expect(list.errors).toHaveLength(100);
    expect(list.message).toBe('152 problems found; the first 100 are shown');
  });

  it('gives up on counting when there are a hundred thousand and more', () => {
    const list = errorsOf(`hosts: [{ roles: [${'x,'.repeat(200_000)}] }]`);
    expect(list.message).toBe('the file has more mistakes than can be listed');
  });
});
