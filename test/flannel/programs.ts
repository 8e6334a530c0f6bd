// flannel and its CNI plugin, compiled from their Go modules as the lab compiles Kubernetes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type CacheEntry } from '../../src/lab/cache.ts';
import type { BuildContext } from '../../src/lab/debian/cached-build.ts';
import { goRecipe } from '../../src/lab/go/cached-programs.ts';
import { compilePrograms } from '../../src/lab/go/compile.ts';
import { moduleSource } from '../../src/lab/go/module-source.ts';
import { withGoWorkspace } from '../../src/lab/go/workspace.ts';

export const flannel = { module: 'github.com/flannel-io/flannel', version: 'v0.28.10' } as const;

/** The last release of CNI's own plugins with flannel's among them. The module it moved to cannot be had everywhere. */
export const plugin = { module: 'github.com/containernetworking/plugins', version: 'v0.9.1' } as const;

/** Name of the file beside the programs that has flannel's own manifest, as its module has it. */
export const manifestFile = 'kube-flannel.yml';

/**
 * Backends that are left out: Tencent's cloud, whose libraries cannot be had everywhere, and one that is written in C,
 * while the lab compiles Go alone.
 */
const leftOut = ['tencentvpc', 'udp'];

/** To be raised when what an older version of this file built will no longer do. */
const recipe = 1;

/** The cache entry with `flanneld`, `install-conf`, the plugin `flannel`, and flannel's manifest. */
export async function flannelPrograms(context: BuildContext): Promise<CacheEntry> {
  const key = { recipe, goRecipe, flannel, plugin, leftOut };
  const build = (directory: string): Promise<void> =>
    withGoWorkspace(context, join(directory, 'work'), async (workspace) => {
      const source = (await moduleSource(workspace, flannel)).directory;
      const text = withoutBackends(await readFile(join(source, 'main.go'), 'utf8'));
      const manifest = await readFile(join(source, 'Documentation', manifestFile), 'utf8');
      const { module, version } = flannel;
      const daemon = {
        ...flannel,
        programs: { 'install-conf': `${module}/cmd/install_conf` },
        variables: { [`${module}/pkg/version.Version`]: version },
        ownMain: { name: 'flanneld', text },
      };
      await compilePrograms(workspace, daemon, directory);
      const programs = { flannel: `${plugin.module}/plugins/meta/flannel` };
      await compilePrograms(workspace, { ...plugin, programs }, directory);
      await writeFile(join(directory, manifestFile), manifest);
    });
  const { cacheRoot, report, signal } = context;
  return cached({ root: cacheRoot, name: 'flannel', key }, build, { report, signal });
}

/** flannel's own main.go, but for the lines by which those backends join in. */
function withoutBackends(text: string): string {
  return leftOut.reduce((rest, name) => {
    const line = `\t_ "${flannel.module}/pkg/backend/${name}"\n`;
    if (!rest.includes(line)) throw new Error(`flannel's main.go has no backend ${name}`);
    return rest.replace(line, '');
  }, text);
}
