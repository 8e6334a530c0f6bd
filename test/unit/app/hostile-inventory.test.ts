// Whatever text an inventory or a bundle's manifest holds, a plan sends it to hosts as data, also where no schema was in the way.
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openCluster, type Cluster } from '../../../src/app/cluster.ts';
import { prepareRun, runPrepared } from '../../../src/app/run-cluster.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import type { HostRequest } from '../../../src/core/host.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { shippedPlaybook } from '../../../src/playbook/load-playbook.ts';
import { FakeNetwork } from '../../support/fake-host.ts';
import { hostileText, nonce, textPlaces, withText } from '../../support/hostile-texts.ts';
import { ModelMachine, type Answer } from '../../support/model-machine.ts';
import { outsideQuotes } from '../../support/shell-quotes.ts';
import { noFetching } from '../../support/no-fetching.ts';

const file = path.join(import.meta.dirname, '../../cases/playbooks/cluster/cluster.yaml');
const cluster = await openCluster(file, { homeDirectory: '/home/alice', userName: 'alice' });
/** Names of hosts are the keys of connections, which never are part of a command. */
const places = textPlaces(cluster).filter(([top, key]) => top !== 'warnings' && key !== 'hosts');
const hostPlaces = textPlaces(cluster.inventory.hosts, ['inventory', 'hosts']).filter(
  (place) => place.at(-1) !== 'name',
);

/** Says yes to everything, and nothing more. */
class SilentMachine extends ModelMachine {
  readonly texts: string[] = [];

  override execute({ command }: HostRequest): Answer {
    this.texts.push(command.text);
    return { exitCode: 0, stdout: '', stderr: '' };
  }
}

/** The texts of all commands that planning sends; nothing when the arguments are refused. */
async function sentBy(changed: Cluster, playbook: string): Promise<readonly string[]> {
  const names = [...changed.inventory.hosts.map(({ name }) => name), 'controller'];
  const machines = names.map((name) => new SilentMachine(name));
  const fake = new FakeNetwork([]);
  for (const machine of machines) fake.machines.set(machine.name, machine);
  try {
    const request = { command: playbook, playbook: shippedPlaybook(playbook), mode: 'plan' } as const;
    await runPrepared(await prepareRun(changed, request, new Redactor(), noFetching), {
      connector: fake,
      sink: () => undefined,
      signal: new AbortController().signal,
      concurrency: 5,
    });
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
  }
  return machines.flatMap(({ texts }) => texts);
}

it('is data in every command of every shipped playbook', async () => {
  const baseline = await sentBy(cluster, 'up');
  expect(baseline.length).toBeGreaterThan(50);
  let carried = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...places, ...hostPlaces),
      hostileText,
      fc.boolean(),
      fc.constantFrom('up', 'verify', 'reset', 'traffic'),
      async (place, text, isWhole, playbook) => {
        const changed = withText(cluster, place, (old) => (isWhole ? text : old + text)) as Cluster;
        for (const sent of await sentBy(changed, playbook)) {
          expect(outsideQuotes(sent)).not.toContain(nonce);
          if (sent.includes(nonce)) carried += 1;
        }
      },
    ),
    { numRuns: 250 },
  );
  expect(carried).toBeGreaterThan(5);
}, 60_000);
