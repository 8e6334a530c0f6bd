// ipvs-bootstrap bundle create: everything that a cluster consists of, fetched for a place without internet.
import { bundleRequest, type BundleOptions } from '../../app/bundle-request.ts';
import { bundleContents, type BundleContents } from '../../bundle/make/contents.ts';
import { checkTarget, makeBundle } from '../../bundle/make/make.ts';
import type { BundleRequest } from '../../bundle/make/request.ts';
import { count } from '../../core/count.ts';
import { BootstrapError } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { formatVersion } from '../../kube/version.ts';
import type { Report } from '../../local/report.ts';
import type { Output } from '../../ui/output.ts';
import { runStages } from '../../ui/stages.ts';
import type { CommandContext } from '../context.ts';
import { ownCache } from '../local/base-directories.ts';
import { localEnvironment } from '../local/local-environment.ts';
import { webProxy } from '../local/web-proxy.ts';
import { readVersion } from '../versions/read-version.ts';
import { compiledKubernetes, whileCompiledIsKept } from './compiled-kubernetes.ts';
import { contentLines } from './content-lines.ts';

export interface CreateOptions extends BundleOptions {
  readonly sign?: string;
  readonly dryRun: boolean;
}

export async function run(
  { output, signal, environment }: CommandContext,
  options: CreateOptions,
  path: string,
): Promise<number> {
  const request = await bundleRequest(withRelease(options), {
    local: localEnvironment(),
    cacheDirectory: ownCache(environment),
    now: new Date(),
    compile: compiledKubernetes,
    through: webProxy(environment),
  });
  await whileCompiledIsKept(request, { report: output.progress, signal }, () =>
    create(request, options, path, { output, signal }),
  );
  return exitCodes.done;
}

async function create(
  request: BundleRequest,
  { sign, dryRun }: CreateOptions,
  path: string,
  { output, signal }: Pick<CommandContext, 'output' | 'signal'>,
): Promise<void> {
  const target = { path, signingKey: sign };
  await checkTarget(target, request);
  const contents = await listContents(request, output, signal);
  if (dryRun) {
    if (output.format === 'json') output.result(JSON.stringify(contents));
    else contentLines(request, contents).forEach(output.result);
    return;
  }
  if (output.format !== 'json') contentLines(request, contents).forEach(output.progress);
  const { files } = await makeBundle(request, contents, target, {
    show: (stages) => runStages(stages, output, signal),
    report: output.progress,
    signal,
  });
  output.progress(nextLines(path, request, files.length).join('\n'));
}

/** @throws BootstrapError `usage` for what is no release, or none that this program knows */
function withRelease(options: CreateOptions): CreateOptions {
  const { kubernetes } = options;
  if (kubernetes === undefined) return options;
  const { name, version } = readVersion(kubernetes);
  const release = formatVersion(version);
  if (name === release) return { ...options, kubernetes: release };
  throw new BootstrapError('usage', `${kubernetes} has many releases: which one is the bundle to have?`, {
    hint: `Write it like v${name}.1. https://dl.k8s.io/release/stable-${name}.txt says which is the newest.`,
  });
}

/** Shown as a stage, as one of the programs is fetched for it. */
async function listContents(
  request: BundleRequest,
  output: Output,
  signal: AbortSignal,
): Promise<BundleContents> {
  const found: BundleContents[] = [];
  const stage = {
    title: 'What belongs into the bundle',
    run: async (report: Report) => {
      const contents = await bundleContents(request, report, signal);
      found.push(contents);
      return count(filesIn(contents), 'file');
    },
  };
  await runStages([stage], output, signal);
  const [contents] = found;
  if (contents === undefined) throw new Error('the stage has no result');
  return contents;
}

function filesIn({ programs, kubernetesPackages, compiled, images, packages }: BundleContents): number {
  const own = programs.length + kubernetesPackages.length + compiled.length;
  return packages.reduce((sum, one) => sum + one.packages.length, own + images.length);
}

function nextLines(path: string, { version, releases }: BundleRequest, files: number): readonly string[] {
  const isArchive = path.endsWith('.tar');
  const directory = isArchive ? 'bundle' : path;
  return [
    `The bundle is complete: ${count(files, 'file')} in ${path}. Where it is used:`,
    `  ipvs-bootstrap bundle verify ${path}`,
    ...(isArchive ? [`  mkdir ${directory} && tar -xf ${path} -C ${directory}`] : []),
    `In the inventory: kubernetes: { version: ${version}, source: { bundle: ${directory} } }`,
    ...(releases.length > 0
      ? []
      : [
          'It has no Debian packages: hosts get those from the mirror of their distribution (see --release).',
        ]),
  ];
}
