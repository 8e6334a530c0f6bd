// Builds Kubernetes 1.20.2 from Debian's source package: slow, so an entry of the cache of its own.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEntry } from '../cache.ts';
import { cachedFromDebian, type BuildContext } from '../debian/cached-build.ts';
import { resolveSource } from '../../local/debian/resolve.ts';
import { go, resolveGoToolchain, unpackGoToolchain, type GoWorkspace } from './go-toolchain.ts';
import { generateOpenApi } from './kubernetes-openapi.ts';
import { importPath, unpackKubernetesSource } from './kubernetes-source.ts';
import { containerPrograms, debianVersion, nodePrograms } from './versions.ts';

/** To be raised when programs that an older recipe built will no longer do. */
const recipe = 1;

/**
 * Leaves out the clients of public clouds and of Docker, which no node here talks to. Compiling takes a quarter less
 * time, and the programs are a third smaller.
 */
const buildTags = 'providerless,dockerless';

const programs = [...nodePrograms, ...containerPrograms];

/** The cache entry with all programs, by their names. Builds it when it is not there: some minutes on two cores. */
export async function debianKubernetes(context: BuildContext): Promise<CacheEntry> {
  const resolve = async () => ({
    source: await resolveSource(context.apt, 'kubernetes', context.signal),
    toolchain: await resolveGoToolchain(context),
  });
  const resolveKey = async () => ({
    recipe,
    kubernetesVersion: debianVersion,
    buildTags,
    programs,
    ...(await resolve()),
  });
  return cachedFromDebian(context, 'kubernetes', resolveKey, async (directory) => {
    const work = join(directory, 'work');
    const path = join(work, 'gopath');
    const workspace = { path, directory: join(path, 'src', importPath), toolsRoot: join(work, 'tools') };
    const { source, toolchain } = await resolve();
    await unpackGoToolchain(context, toolchain, workspace.toolsRoot);
    await unpackKubernetesSource(context, source, workspace.directory, workspace.toolsRoot);
    await generateOpenApi(context, workspace);
    await compile(context, workspace, directory);
    await rm(work, { recursive: true });
  });
}

async function compile(context: BuildContext, workspace: GoWorkspace, directory: string): Promise<void> {
  let count = 0;
  const report = (line: string) => {
    // With -v, go prints one import path per package that it compiles.
    if (/^[\w.-]+(\/[\w.-]+)*$/.test(line)) context.report(`compiling: package ${++count}, ${line}`);
  };
  // -s -w leave debug information out of the programs, so the compiler need not make any.
  const flags = ['-trimpath', `-tags=${buildTags}`, '-gcflags=all=-dwarf=false', `-ldflags=${linkerFlags()}`];
  const targets = programs.map((name) => `${importPath}/cmd/${name}`);
  await go(workspace, ['build', '-v', '-p=2', ...flags, '-o', `${directory}/`, ...targets], {
    report,
    signal: context.signal,
  });
}

/** What `kubeadm version` and the API server's /version will say. Both libraries also exist under vendor/. */
function linkerFlags(): string {
  const [major = '', minor = ''] = debianVersion.slice(1).split('.');
  const variables = {
    gitVersion: debianVersion,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
  };
  const libraries = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const paths = libraries.flatMap((library) => [library, `${importPath}/vendor/${library}`]);
  const assignments = paths.flatMap((path) =>
    Object.entries(variables).map(([name, value]) => `-X ${path}.${name}=${value}`),
  );
  return ['-s', '-w', ...assignments].join(' ');
}
