// A Kubernetes release compiled from Go modules: its programs, and etcd and the cluster DNS that it asks for.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BootstrapError } from '../../core/errors.ts';
import { packagePath } from '../../core/package-root.ts';
import { cached, entryDirectory, isCached, type CacheEntry, type CacheEntryName } from '../cache.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { goRecipe } from '../go/cached-programs.ts';
import { compilePrograms } from '../go/compile.ts';
import { kubernetesModule } from '../go/kubernetes-module.ts';
import { withGoWorkspace, type GoWorkspace } from '../go/workspace.ts';
import { runProgram } from '../../local/programs/program.ts';
import { containerPrograms, imageRepository, nodePrograms, type ImageTags } from './versions.ts';

/** To be raised when programs that an older recipe built will no longer do. */
const recipe = 1;

const tagsFile = 'image-tags.json';
const programs = [...nodePrograms, ...containerPrograms];

/** The cache entry with all programs of a release: eleven minutes on two fast cores when it is not there. */
export async function moduleKubernetes(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
  kubernetesVersion: string,
): Promise<CacheEntry> {
  const { report, signal } = context;
  const entry = await entryOf(context.cacheRoot, kubernetesVersion);
  const build = (directory: string): Promise<void> =>
    withGoWorkspace(context, join(directory, 'work'), async (workspace) => {
      await compilePrograms(workspace, kubernetesModule(kubernetesVersion, programs), directory);
      const tags = await askTags(join(directory, 'kubeadm'), kubernetesVersion, signal);
      await compileEtcd(workspace, tags.etcd, directory);
      await compileCoredns(workspace, tags.coredns, await corednsText(), directory);
      await writeFile(join(directory, tagsFile), JSON.stringify(tags));
    });
  return cached(entry, build, { report, signal });
}

/** Whether the entry is there. */
export async function hasModuleKubernetes(cacheRoot: string, kubernetesVersion: string): Promise<boolean> {
  return isCached(entryDirectory(await entryOf(cacheRoot, kubernetesVersion)));
}

async function entryOf(root: string, kubernetesVersion: string): Promise<CacheEntryName> {
  const key = { recipe, goRecipe, kubernetesVersion, programs, coredns: await corednsText() };
  return { root, name: 'kubernetes', key };
}

async function corednsText(): Promise<string> {
  return readFile(packagePath('templates/lab/coredns/main.go'), 'utf8');
}

const moduleTags = z.object({ etcd: z.string(), pause: z.string(), coredns: z.string() });
type ModuleTags = Readonly<z.infer<typeof moduleTags>>;

/** The tags of the images that are not Kubernetes' own, as the release of an entry asks for them. */
export async function moduleImageTags(entry: string): Promise<ImageTags> {
  return moduleTags.parse(JSON.parse(await readFile(join(entry, tagsFile), 'utf8')));
}

async function askTags(kubeadm: string, version: string, signal: AbortSignal): Promise<ModuleTags> {
  const question = [`--kubernetes-version=${version}`, `--image-repository=${imageRepository}`];
  const images = await runProgram(kubeadm, ['config', 'images', 'list', ...question], { signal });
  return parseTags(images);
}

/** Reads the list of images that kubeadm prints. */
export function parseTags(images: string): ModuleTags {
  const tag = (name: string): string => {
    const found = new RegExp(`/${name}:(\\S+)$`, 'm').exec(images)?.[1];
    if (found !== undefined) return found;
    throw new BootstrapError('lab.failed', `kubeadm names no image of ${name}`, { detail: images });
  };
  return { etcd: tag('etcd'), pause: tag('pause'), coredns: tag('coredns') };
}

/** What follows a dash is the image's own number. */
async function compileEtcd(workspace: GoWorkspace, tag: string, target: string): Promise<void> {
  const module = 'go.etcd.io/etcd/server/v3';
  const version = `v${tag.replace(/-.*$/, '')}`;
  await compilePrograms(workspace, { module, version, programs: { etcd: module } }, target);
}

/** With the plugins of kubeadm's Corefile alone: the others want the libraries of all clouds. */
async function compileCoredns(
  workspace: GoWorkspace,
  tag: string,
  text: string,
  target: string,
): Promise<void> {
  const module = 'github.com/coredns/coredns';
  const own = { name: 'coredns', text };
  await compilePrograms(workspace, { module, version: tag, programs: {}, ownMain: own }, target);
}
