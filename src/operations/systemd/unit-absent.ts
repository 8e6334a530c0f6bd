// A systemd service of ours that is gone: stopped, its files removed, and forgotten by systemd.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { fileBackup, textFile } from '../../facts/files/file.ts';
import type { OwnFile } from '../../facts/files/own-files.ts';
import { unitState } from '../../facts/host/unit.ts';
import { unitName } from '../args/scalars.ts';
import { giveBack, ownerOf } from '../files/give-back.ts';
import { removeWithDirectory } from '../files/remove-step.ts';
import { defineOperation, type FactReader, type Step } from '../operation.ts';
import { disableSteps, readUnitsStep, stopSteps } from './unit-steps.ts';

const args = z.strictObject({
  unit: unitName,
  dropIns: z
    .array(z.string().regex(/^[^/\n]+\.conf$/, 'must be a file name that ends in .conf'))
    .default([])
    .meta({ description: 'Names of our files in UNIT.d.' }),
});

type UnitArgs = z.output<typeof args>;

export const unitAbsent = defineOperation({
  name: 'unit.absent',
  summary:
    'Stops a service of ours and removes its unit file and drop-ins from /etc/systemd/system; what they had replaced comes back. Foreign files stay.',
  args,
  example: `
- name: Remove the exporter of metrics that we installed
  op: unit.absent
  with: { unit: node-exporter.service, dropIns: [arguments.conf] }
`,
  needs: (wanted) => [
    { query: ask(unitState, { unit: wanted.unit, paths: [] }) },
    ...unitFiles(wanted).flatMap((path) => [
      { query: ask(textFile, { path }) },
      { query: ask(fileBackup, { path }) },
    ]),
  ],
  plan(wanted, facts) {
    const { unit } = wanted;
    const state = facts.get(ask(unitState, { unit, paths: [] }));
    const files = unitFiles(wanted).map((path) => remainsOf(path, facts));
    const steps = files.flatMap(removeSteps);
    // A service whose unit is somebody else's keeps running; our drop-ins go all the same.
    const own = files.find(({ path }) => path === unitDirectory + unit);
    const isOurs = own?.file === 'ours' || (own?.file === 'absent' && own.backup !== 'none');
    const stop = isOurs ? [...stopSteps(unit, state), ...disableSteps(unit, state)] : [];
    const reload = steps.length > 0 || state.needsReload ? [readUnitsStep] : [];
    return {
      steps: [...stop, ...steps, ...reload],
      warnings: files.flatMap((one) => giveBack(one.path, one).warnings ?? []),
    };
  },
});

const unitDirectory = '/etc/systemd/system/';

/** Drop-ins before the unit: it is the last to go, so that an interrupted run goes on where it was. */
function unitFiles({ unit, dropIns }: UnitArgs): readonly string[] {
  return [...dropIns.map((name) => `${unitDirectory}${unit}.d/${name}`), unitDirectory + unit];
}

function remainsOf(path: string, facts: FactReader): OwnFile {
  const file = ownerOf(path, facts.get(ask(textFile, { path })));
  return { path, file, backup: facts.get(ask(fileBackup, { path })) };
}

/** Takes an empty directory of drop-ins along. */
function removeSteps({ path, ...remains }: OwnFile): readonly Step[] {
  const isDropIn = path.endsWith('.conf') && remains.file === 'ours' && remains.backup === 'none';
  return isDropIn ? [removeWithDirectory(path)] : giveBack(path, remains).steps;
}
