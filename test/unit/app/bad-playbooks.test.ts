// Every bad playbook in test/cases gives exactly the errors in the .txt beside it, before any host is touched; `vitest run -u` writes them anew.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCluster, type Cluster } from '../../../src/app/cluster.ts';
import { prepareRun } from '../../../src/app/run-cluster.ts';
import { ErrorList } from '../../../src/core/errors.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { errorText } from '../../support/error-text.ts';
import { noFetching } from '../../support/no-fetching.ts';

const folder = new URL('../../cases/playbooks/', import.meta.url).pathname;
const files = readdirSync(join(folder, 'bad'));
const cases = files.filter((file) => file.endsWith('.yaml')).map((file) => file.replace(/\.yaml$/, ''));

let cluster: Cluster;
beforeAll(async () => {
  const environment = { homeDirectory: '/home/alice', userName: 'alice' };
  cluster = await openCluster(join(folder, 'cluster', 'cluster.yaml'), environment);
});

/** What a run of the playbook throws before it connects to anything. */
async function refusal(playbook: string): Promise<unknown> {
  const run = prepareRun(cluster, { command: 'run', playbook, mode: 'plan' }, new Redactor(), noFetching);
  return run.then(
    () => expect.fail('it was taken for a good playbook'),
    (reason: unknown) => reason,
  );
}

async function expectText(playbook: string): Promise<void> {
  const error = await refusal(playbook);
  const errors = error instanceof ErrorList ? error.errors : [error];
  for (const one of errors) {
    expect(one).toMatchObject({
      code: 'playbook.invalid',
      where: { file: expect.stringMatching(/\.yaml$/) as unknown },
    });
  }
  await expect(errorText(error)).toMatchFileSnapshot(playbook.replace(/\.yaml$/, '.txt'));
}

describe('a bad phase', () => {
  it.each(cases)('%s', async (name) => {
    await expectText(join(folder, 'bad', `${name}.yaml`));
  });

  it('has an expectation for each case and no other files', () => {
    expect(files.toSorted()).toEqual(cases.flatMap((name) => [`${name}.txt`, `${name}.yaml`]).toSorted());
  });
});

describe('a bad list', () => {
  it.each(readdirSync(join(folder, 'bad-lists')))('%s', async (name) => {
    await expectText(join(folder, 'bad-lists', name, 'list.yaml'));
  });
});
