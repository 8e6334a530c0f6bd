// The bundle's programs in /usr/local/bin.
import { z } from 'zod';
import { cmd } from '../core/command.ts';
import { ask } from '../facts/fact.ts';
import { stampCommand, stampedFiles, stampFile, type StampedFile } from '../facts/stamped-files.ts';
import { bundleFilesOf, bundleSchema, uploadStep, type Bundle, type BundleBinary } from './bundle-files.ts';
import { defineOperation, type Step } from './operation.ts';
import { absolutePath } from './schemas.ts';

const mode = 0o755;

const args = z.strictObject({
  bundle: bundleSchema,
  directory: absolutePath.default('/usr/local/bin').meta({ description: 'Where the programs go.' }),
});

type BinaryArgs = z.output<typeof args>;

export const binariesInstalled = defineOperation({
  name: 'binaries.installed',
  summary:
    "Installs the bundle's programs. Their checksums are remembered on the host, so that a host that has them answers at once.",
  args,
  needs: (wanted) => [{ query: ask(stampedFiles, { paths: targets(wanted).map(({ path }) => path) }) }],
  plan(wanted, facts) {
    const all = targets(wanted);
    const found = facts.get(ask(stampedFiles, { paths: all.map(({ path }) => path) }));
    const byPath = new Map(found.map((file) => [file.path, file]));
    const steps = all.flatMap((target) => fileSteps(wanted.bundle, target, byPath.get(target.path)));
    const isStamped = all.every(({ path }) => byPath.get(path)?.isStamped === true);
    if (steps.length === 0 && isStamped) return { steps };
    const stamps = all.map(({ path, file }) => ({ path, sha256: file.sha256 }));
    return { steps: [...steps, stampStep(stamps)] };
  },
});

interface Target {
  readonly path: string;
  readonly file: BundleBinary;
}

function targets({ bundle, directory }: BinaryArgs): readonly Target[] {
  return bundleFilesOf(bundle, 'binary').map((file) => ({ path: `${directory}/${file.name}`, file }));
}

function fileSteps(bundle: Bundle, { path, file }: Target, found: StampedFile | undefined): readonly Step[] {
  if (found?.sha256 !== file.sha256) return [uploadStep(bundle, file, { path, mode })];
  if (found.mode === mode) return [];
  return [{ kind: 'exec', title: `set mode 755 on ${path}`, command: cmd`chmod 755 ${path}` }];
}

function stampStep(files: readonly { readonly path: string; readonly sha256: string }[]): Step {
  return { kind: 'exec', title: `note the checksums in ${stampFile}`, command: stampCommand(files) };
}
