// Makes a source tree of Kubernetes that Debian's Go compiler can build, from Debian's source package.
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { runProgram } from '../../local/programs/program.ts';

/** What the tree is called within a GOPATH. */
export const importPath = 'k8s.io/kubernetes';

/**
 * Downloads and unpacks the source package into `directory` and applies Debian's patches. `toolsRoot` is where the
 * compiler's packages are unpacked.
 */
export async function unpackKubernetesSource(
  context: BuildContext,
  version: string,
  directory: string,
  toolsRoot: string,
): Promise<void> {
  const { apt, report, signal } = context;
  const downloads = `${directory}.downloads`;
  await mkdir(directory, { recursive: true });
  await mkdir(downloads, { recursive: true });
  report(`downloading the source of Kubernetes (${version})`);
  await apt.aptGet(['source', '--download-only', `kubernetes=${version}`], { cwd: downloads, signal });

  const files = await readdir(downloads);
  const unpack = async (suffix: string, ...options: readonly string[]) => {
    const archive = files.find((name) => name.endsWith(suffix));
    if (archive === undefined) {
      throw new BootstrapError('lab.failed', `the source package of Kubernetes has no file *${suffix}`);
    }
    await runProgram('tar', ['-xf', join(downloads, archive), '-C', directory, ...options], { signal });
  };
  report('unpacking the source of Kubernetes');
  await unpack('.orig.tar.gz', '--strip-components=1');
  await unpack('.debian.tar.xz');
  await rm(downloads, { recursive: true });
  await applyDebianPatches(directory, signal);
  await replaceReflect2(directory, toolsRoot);
}

async function applyDebianPatches(directory: string, signal: AbortSignal): Promise<void> {
  const patches = join(directory, 'debian', 'patches');
  const series = await readFile(join(patches, 'series'), 'utf8');
  for (const name of series.split('\n').filter((line) => /^[^#\s]/.test(line))) {
    const args = ['--strip=1', '--batch', '--silent', `--input=${join(patches, name.trim())}`];
    await runProgram('patch', args, { cwd: directory, signal });
  }
}

/** The vendored release 1.0.1 of this library crashes in programs built by Go 1.18 and later. */
async function replaceReflect2(directory: string, toolsRoot: string): Promise<void> {
  const library = 'github.com/modern-go/reflect2';
  const vendored = join(directory, 'vendor', library);
  await rm(vendored, { recursive: true });
  await cp(join(toolsRoot, 'usr/share/gocode/src', library), vendored, { recursive: true });
}
