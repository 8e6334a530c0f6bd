// The question before a reset names just the hosts that it would touch.
import path from 'node:path';
import { expect, it } from 'vitest';
import { openCluster } from '../../../../src/app/cluster.ts';
import { resetQuestion } from '../../../../src/cli/hosts/reset-question.ts';
import { ErrorList } from '../../../../src/core/errors.ts';

const file = path.join(import.meta.dirname, '../../../cases/playbooks/cluster/cluster.yaml');
const { inventory } = await openCluster(file, { homeDirectory: '/home/alice', userName: 'alice' });
const ask = "\nType the cluster's name to go on: ";

it('names all hosts of a cluster that goes as a whole', () => {
  expect(resetQuestion(inventory, undefined)).toBe(
    `This removes the cluster "lab" and its data from master1, master2, master3, worker1.${ask}`,
  );
});

it('says that the cluster stays when only other hosts leave it', () => {
  expect(resetQuestion(inventory, ['worker1', 'master2'])).toBe(
    `This takes master2, worker1 out of the cluster "lab" and makes bare hosts of them again. The cluster stays.${ask}`,
  );
});

it('names only the chosen hosts when the first control plane is among them', () => {
  expect(resetQuestion(inventory, ['master1'])).toBe(
    `This removes the cluster "lab" and its data from master1.${ask}`,
  );
});

it('knows a wrong name before it asks', () => {
  expect(() => resetQuestion(inventory, ['worker2'])).toThrow(ErrorList);
});
