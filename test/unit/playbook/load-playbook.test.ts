// Lists find their phases beside them or among the shipped ones.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPlaybook, shippedPlaybook } from '../../../src/playbook/load-playbook.ts';
import { complaints, phaseText, testOperations } from './support.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'playbooks-'));
const write = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const task = '  - { name: Load, op: modules.loaded, with: { modules: [a] } }';
const phase = (name: string, tasks = task) =>
  write(`${name}.yaml`, phaseText(tasks).replace('name: test', `name: ${name}`));

beforeAll(() => {
  phase('one');
  phase('two');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function complaintsOf(file: string): Promise<readonly string[]> {
  try {
    await loadPlaybook(file, testOperations);
  } catch (error) {
    return complaints(() => {
      throw error;
    }).map((text) => text.replaceAll(`${folder}/`, ''));
  }
  return [];
}

describe('loadPlaybook', () => {
  it('reads a list with its phases in order', async () => {
    const file = write('list.yaml', 'name: list\ntitle: A list\nphases: [two, one]\n');
    const playbook = await loadPlaybook(file, testOperations);
    expect(playbook.phases.map(({ name }) => name)).toEqual(['two', 'one']);
  });

  it('reads a phase file as a list of one', async () => {
    const playbook = await loadPlaybook(path.join(folder, 'one.yaml'), testOperations);
    expect(playbook).toMatchObject({ name: 'one', phases: [{ name: 'one' }] });
  });

  it('reports unknown, repeated and badly listed phases together', async () => {
    const file = write('bad.yaml', 'name: bad\ntitle: Bad\nphases: [one, tow, one, bad]\n');
    expect(await complaintsOf(file)).toEqual([
      'bad.yaml:3:15: there is no phase "tow" | Did you mean "two"?',
      'bad.yaml:3:20: phase "one" is listed twice',
      'bad.yaml:3:25: a list cannot contain itself',
    ]);
  });

  it('reports the mistakes of all phase files together', async () => {
    phase('wrong-op', '  - { name: Load, op: modules.load }');
    phase('wrong-key', '  - { name: Load, op: modules.loaded, wiht: {} }');
    write('other-name.yaml', phaseText(task));
    const file = write('both.yaml', 'name: both\ntitle: B\nphases: [wrong-op, wrong-key, other-name]\n');
    expect(await complaintsOf(file)).toEqual([
      expect.stringContaining('wrong-op.yaml:4:23: there is no operation "modules.load"'),
      expect.stringContaining('wrong-key.yaml:4:39: unknown key "wiht"'),
      'other-name.yaml:1:7: the name differs from the file name, "other-name"',
    ]);
  });

  it('says which file cannot be read', async () => {
    await expect(loadPlaybook(path.join(folder, 'none.yaml'), testOperations)).rejects.toMatchObject({
      code: 'file.unreadable',
    });
  });
});

it('shipped playbooks lie in the package', () => {
  expect(shippedPlaybook('up')).toBe(path.resolve(import.meta.dirname, '../../../playbooks/up.yaml'));
});
