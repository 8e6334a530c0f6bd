// Every operation's example is a task that a run would take: it is read, evaluated and checked as anybody's playbook.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindPlaybook } from '../../../src/app/bind-playbook.ts';
import { openCluster, type Cluster } from '../../../src/app/cluster.ts';
import { packagePath } from '../../../src/core/package-root.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { operations } from '../../../src/operations/registry.ts';
import { trafficConnected } from '../../../src/operations/traffic/traffic-connected.ts';
import type { BoundTask } from '../../../src/playbook/task.ts';
import { noReading } from '../../support/no-fetching.ts';

const directory = mkdtempSync(join(tmpdir(), 'ipvs-bootstrap-examples-'));
let cluster: Cluster;

beforeAll(async () => {
  const environment = { homeDirectory: '/home/alice', userName: 'alice' };
  cluster = await openCluster(packagePath('test/cases/playbooks/cluster/cluster.yaml'), environment);
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What a run would do of a playbook with these tasks. */
async function bind(tasks: string): Promise<readonly BoundTask[]> {
  const playbook = join(directory, 'example.yaml');
  writeFileSync(playbook, `name: example\ntitle: An example\ntasks:\n${tasks}`);
  const { phases } = await bindPlaybook(cluster, { playbook }, new Redactor(), noReading);
  return phases.flatMap((phase) => phase.tasks);
}

describe('the example of an operation', () => {
  it.each(operations.map(({ name, example }) => [name, example]))(
    'is one task of its own that some host does: %s',
    async (name, example) => {
      const tasks = await bind(example);
      expect(tasks.map(({ operation }) => operation.name)).toEqual([name]);
      expect(tasks.flatMap(({ hosts }) => hosts).some((host) => 'args' in host)).toBe(true);
    },
  );

  it('can stand in one playbook with all others', async () => {
    const tasks = await bind(operations.map(({ example }) => example).join(''));
    expect(tasks).toHaveLength(operations.length);
  });

  it.each([
    ['an unknown argument', 'atMost:', 'most:', 'unknown key "most" in tasks[0].with'],
    ['a wrong argument', '2000', 'many', 'tasks[0].with.atMost must be a number, is the text "many"'],
    ['an unknown name', 'host.name', 'host.title', 'expression "host.title": there is no "title" in host'],
    ['a value of a wrong kind', 'host.name', 'cluster.nodes', 'with.node must be a text, is a list'],
    ['an unknown key', 'on:', 'hosts:', 'unknown key "hosts" in tasks[0]'],
  ])('would be refused with %s', async (_mistake, right, wrong, message) => {
    const broken = trafficConnected.example.replace(right, wrong);
    await expect(bind(broken)).rejects.toMatchObject({ errors: [{ code: 'playbook.invalid', message }] });
  });
});
