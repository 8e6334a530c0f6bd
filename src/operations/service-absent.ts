// A systemd service of ours that is gone: stopped, its files removed, and forgotten by systemd.
import { z } from 'zod';
import { cmd, script } from '../core/command.ts';
import { isManaged } from '../core/managed.ts';
import { ask, type FactQuery } from '../facts/fact.ts';
import { textFile, type TextFile } from '../facts/file.ts';
import { serviceState } from '../facts/service.ts';
import { defineOperation, type Step } from './operation.ts';
import { unitName } from './schemas.ts';
import { disableSteps, stopSteps } from './service-unit.ts';
import { removalStep } from './text-file-steps.ts';

const args = z.strictObject({
  unit: unitName,
  dropIns: z
    .array(z.string().regex(/^[^/\n]+\.conf$/, 'must be a file name that ends in .conf'))
    .default([])
    .meta({ description: 'Names of our files in UNIT.d.' }),
});

type ServiceArgs = z.output<typeof args>;

export const serviceAbsent = defineOperation({
  name: 'service.absent',
  summary:
    'Stops a service of ours and removes its unit file and drop-ins from /etc/systemd/system. Foreign files stay.',
  args,
  needs: (wanted) => [
    { query: ask(serviceState, { unit: wanted.unit, paths: [] }) },
    ...unitFiles(wanted).map(({ query }) => ({ query })),
  ],
  plan(wanted, facts) {
    const state = facts.get(ask(serviceState, { unit: wanted.unit, paths: [] }));
    const ours = unitFiles(wanted).flatMap(({ path, query }) => ownFile(path, facts.get(query)));
    // A service whose unit is somebody else's keeps running; our drop-ins go all the same.
    const isOurs = ours.some(({ path }) => path === unitDirectory + wanted.unit);
    const stop = isOurs ? [...stopSteps(wanted.unit, state), ...disableSteps(wanted.unit, state)] : [];
    const reload = ours.length > 0 || state.needsReload ? [reloadStep] : [];
    return { steps: [...stop, ...ours.map(removeStep), ...reload] };
  },
});

const unitDirectory = '/etc/systemd/system/';

/** Drop-ins before the unit: it is the last to go, so that an interrupted run goes on where it was. */
function unitFiles({
  unit,
  dropIns,
}: ServiceArgs): readonly { path: string; query: FactQuery<TextFile | null> }[] {
  const paths = [...dropIns.map((name) => `${unitDirectory}${unit}.d/${name}`), unitDirectory + unit];
  return paths.map((path) => ({ path, query: ask(textFile, { path }) }));
}

interface OwnFile {
  readonly path: string;
  readonly file: TextFile;
}

function ownFile(path: string, file: TextFile | null): readonly OwnFile[] {
  return file !== null && (file.hasBackup || isManaged(path, file.text)) ? [{ path, file }] : [];
}

/** Takes an empty directory of drop-ins along. */
function removeStep({ path, file }: OwnFile): Step {
  if (file.hasBackup || !path.endsWith('.conf')) return removalStep(path, file);
  const directory = path.slice(0, path.lastIndexOf('/'));
  const command = cmd`rm -f ${path} && rmdir --ignore-fail-on-non-empty ${directory}`;
  return { kind: 'exec', title: `remove ${path}`, command };
}

const reloadStep: Step = {
  kind: 'exec',
  title: 'have systemd read its units again',
  command: script('systemctl daemon-reload'),
};
