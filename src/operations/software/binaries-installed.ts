// The bundle's programs in /usr/local/bin.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { backupPath } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { formatRecord, ownFilesRecord, parseRecord, type SentFile } from '../../facts/files/own-files.ts';
import { stampCommand, stampedFiles, stampFile, type StampedFile } from '../../facts/files/stamped-files.ts';
import { packageRecord } from '../../facts/kubernetes/own-packages.ts';
import { versionedPackages } from '../../kube/package-repository.ts';
import { absolutePath } from '../args/scalars.ts';
import { downloadsArg } from '../downloads/proxy-args.ts';
import { downloadPath, downloadStep } from '../files/download-step.ts';
import { placeFileStep } from '../files/place-step.ts';
import { defineOperation, type Problem, type Step } from '../operation.ts';
import { bundleFilesOf, bundleSchema, uploadStep, type BundleBinary } from './bundle-files.ts';

const mode = 0o755;

const args = z.strictObject({
  bundle: bundleSchema,
  downloads: downloadsArg.default(null),
  directory: absolutePath.default('/usr/local/bin').meta({ description: 'Where the programs go.' }),
});

type BinaryArgs = z.output<typeof args>;

export const binariesInstalled = defineOperation({
  name: 'binaries.installed',
  summary:
    "Installs the bundle's programs. A foreign one in their place is kept beside them, once, as PATH.ipvs-bootstrap-backup. Their checksums are remembered on the host, so that a host that has them answers at once.",
  args,
  example: `
- name: Install the programs of the bundle
  op: binaries.installed
  with: { bundle: '\${{ bundle }}', downloads: '\${{ downloads }}' }
`,
  needs: (wanted) => [
    { query: ask(stampedFiles, { paths: targets(wanted).map(({ path }) => path) }) },
    { query: ask(textFile, { path: ownFilesRecord }) },
    { query: ask(textFile, { path: packageRecord }) },
  ],
  plan(wanted, facts) {
    const all = targets(wanted);
    const isMadeOfPackages = facts.get(ask(textFile, { path: packageRecord })) !== null;
    if (isMadeOfPackages && all.some(({ file }) => isNodeProgram(file.name))) {
      return { steps: [], problems: [otherSource] };
    }
    const found = facts.get(ask(stampedFiles, { paths: all.map(({ path }) => path) }));
    const byPath = new Map(found.map((file) => [file.path, file]));
    const sent = facts.get(ask(textFile, { path: ownFilesRecord }))?.text ?? '';
    const isOther = ({ path, file }: Target) => byPath.get(path)?.sha256 !== file.sha256;
    const files = all.flatMap((target) => fileSteps(wanted, target, byPath.get(target.path), sent));
    const steps = [...recordSteps(all.filter(isOther), sent), ...files];
    const isStamped = all.every(({ path }) => byPath.get(path)?.isStamped === true);
    if (steps.length === 0 && isStamped) return { steps };
    const stamps = all.map(({ path, file }) => ({ path, sha256: file.sha256 }));
    return { steps: [...steps, stampStep(stamps)] };
  },
});

function isNodeProgram(name: string): boolean {
  return versionedPackages.some((one) => one === name);
}

const otherSource: Problem = {
  message: "the host has Kubernetes' packages: these programs would be run instead of theirs",
  hint: 'Keep the source that the cluster was made with, or take the cluster back first: "ipvs-bootstrap reset".',
};

interface Target {
  readonly path: string;
  readonly file: BundleBinary;
}

function targets({ bundle, directory }: BinaryArgs): readonly Target[] {
  return bundleFilesOf(bundle, 'binary').map((file) => ({ path: `${directory}/${file.name}`, file }));
}

function fileSteps(
  { bundle, downloads: proxy }: BinaryArgs,
  { path, file }: Target,
  found: StampedFile | undefined,
  sent: string,
): readonly Step[] {
  if (found?.sha256 !== file.sha256) {
    const isForeign = found !== undefined && !isSent(found, sent);
    const backup = isForeign ? backupPath(path) : undefined;
    const { downloads } = bundle;
    if (downloads === undefined) return [uploadStep(bundle, file, { path, mode, backup })];
    const fetch = downloadStep(file, downloads, proxy?.noProxy ?? []);
    return [fetch, placeFileStep({ file: downloadPath(file), path, mode, backup })];
  }
  if (found.mode === mode) return [];
  return [{ kind: 'exec', title: `set mode 755 on ${path}`, command: cmd`chmod 755 ${path}` }];
}

function isSent(file: SentFile, sent: string): boolean {
  return parseRecord(sent).some(({ path, sha256 }) => path === file.path && sha256 === file.sha256);
}

/** Before anything is sent, so that what an interrupted run has sent is known for ours. */
function recordSteps(targets: readonly Target[], sent: string): readonly Step[] {
  const files = targets.map(({ path, file: { sha256 } }) => ({ path, sha256 }));
  const unknown = files.filter((file) => !isSent(file, sent));
  if (unknown.length === 0) return [];
  const content = sent + formatRecord(unknown);
  const before = sent === '' ? undefined : sent;
  const title = `note in ${ownFilesRecord} what is ours`;
  return [{ kind: 'write', title, path: ownFilesRecord, content, mode: 0o644, before }];
}

function stampStep(files: readonly { readonly path: string; readonly sha256: string }[]): Step {
  return { kind: 'exec', title: `note the checksums in ${stampFile}`, command: stampCommand(files) };
}
