// A reset of some hosts removes their nodes from the cluster that stays; one of the whole cluster asks nobody.
import path from 'node:path';
import { expect, it } from 'vitest';
import { openCluster } from '../../../src/app/cluster.ts';
import { prepareRun, runPrepared } from '../../../src/app/run-cluster.ts';
import type { HostRequest } from '../../../src/core/host.ts';
import { Redactor } from '../../../src/core/secret.ts';
import type { RunEvent } from '../../../src/engine/events/events.ts';
import { shippedPlaybook } from '../../../src/playbook/load-playbook.ts';
import { FakeNetwork } from '../../support/fake-host.ts';
import { ModelMachine, type Answer } from '../../support/model-machine.ts';
import { noFetching } from '../../support/no-fetching.ts';

const file = path.join(import.meta.dirname, '../../cases/playbooks/cluster/cluster.yaml');
const cluster = await openCluster(file, { homeDirectory: '/home/alice', userName: 'alice' });
const names = cluster.inventory.hosts.map(({ name }) => name);
const task = 'Remove the node from the cluster';

/** A host of a cluster of which nothing is left but the API's nodes. */
class LeftMachine extends ModelMachine {
  override execute({ command: { text } }: HostRequest): Answer {
    const items = names.map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } }));
    const nodes = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const answers: Readonly<Record<string, string>> = {
      'get nodes,': nodes,
      'echo checked': 'checked\n',
      'echo absent': 'absent\n',
      'command -v ipset': 'none\n',
    };
    const known = Object.entries(answers).find(([part]) => text.includes(part));
    return { exitCode: 0, stdout: known?.[1] ?? '', stderr: '' };
  }
}

/** What becomes of the task on each host. */
async function planned(limit?: readonly string[]): Promise<readonly string[]> {
  const connector = new FakeNetwork([]);
  for (const name of [...names, 'controller']) connector.machines.set(name, new LeftMachine(name));
  const events: RunEvent[] = [];
  const playbook = shippedPlaybook('leave-cluster');
  const request = { command: 'reset', playbook, mode: 'plan', limit } as const;
  await runPrepared(await prepareRun(cluster, request, new Redactor(), noFetching), {
    connector,
    sink: (event) => events.push(event),
    signal: new AbortController().signal,
    concurrency: 5,
  });
  return events.flatMap((event) => {
    if (event.type !== 'task.finished' || event.task !== task) return [];
    return [`${event.host} ${event.state}`];
  });
}

it('removes the node of a worker that is reset alone', async () => {
  expect(await planned(['worker1'])).toEqual(['worker1 planned']);
});

it('removes nothing from a cluster that goes as a whole', async () => {
  expect(await planned()).toEqual(names.map((name) => `${name} skipped`));
});
