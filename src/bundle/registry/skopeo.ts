// Images in registries, read and written by skopeo, which is a Debian package.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import type { Report } from '../../local/report.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { withWorkDirectory } from '../../local/programs/work-directory.ts';
import { readCertificates } from '../certificates.ts';
import { registryError } from './failure.ts';

/** How registries are reached. */
export interface RegistryAccess {
  /** File with logins as `skopeo login` writes it; without it those that skopeo finds by itself. */
  readonly authFile?: string | undefined;
  /** File with certificates (PEM) to believe beside those that the machine knows. */
  readonly ca?: string | undefined;
}

export interface Skopeo {
  /** The digest of an image's manifest, or of its list of architectures. */
  digest(name: string, architecture: string, signal: AbortSignal): Promise<string>;
  /** Writes an image to a docker-archive, which must not be there yet. */
  pull(wanted: PulledImage, report: Report, signal: AbortSignal): Promise<void>;
  /** Sends a docker-archive's image to a registry. */
  push(archive: ArchivedImage, name: string, report: Report, signal: AbortSignal): Promise<void>;
}

export interface ArchivedImage {
  readonly directory: string;
  /** The archive below it, without a colon, at which skopeo would end the name. */
  readonly path: string;
}

export interface PulledImage extends ArchivedImage {
  /** What it is to be called in the archive; with a tag. */
  readonly name: string;
  readonly digest: string;
  readonly architecture: string;
}

/** Lost connections are made again, after one, two and four seconds. */
const tries = ['--retry-times', '3'];

/**
 * Lets `use` work with skopeo.
 * @throws BootstrapError `preflight.failed` when it is not installed; all its methods `download.failed` or `interrupted`
 */
export async function withSkopeo<T>(
  { authFile, ca }: RegistryAccess,
  signal: AbortSignal,
  use: (skopeo: Skopeo) => Promise<T>,
): Promise<T> {
  await requireSkopeo(signal);
  return withWorkDirectory(tmpdir(), async (work) => {
    // It takes a directory with files of these names.
    if (ca !== undefined) await writeFile(join(work, 'ca.crt'), await readCertificates(ca));
    const access = (side: '' | 'src-' | 'dest-'): readonly string[] => [
      ...(authFile === undefined ? [] : [`--${side}authfile`, authFile]),
      ...(ca === undefined ? [] : [`--${side}cert-dir`, work]),
    ];
    return use({
      digest: async (name, architecture, inner) => {
        const args = [
          'inspect',
          '--no-tags',
          '--format',
          '{{.Digest}} {{.Architecture}}',
          ...tries,
          ...access(''),
        ];
        const said = await run(name, [...platform(architecture), ...args, `docker://${name}`], inner);
        return digestOf(name, architecture, said);
      },
      pull: async ({ directory, path, name, digest, architecture }, report, inner) => {
        const source = `docker://${name.replace(/:[^:/]+$/, '')}@${digest}`;
        const args = ['copy', ...tries, ...access('src-'), source, `docker-archive:${path}:${name}`];
        await run(name, [...platform(architecture), ...args], inner, { report, cwd: directory });
      },
      push: async ({ directory, path }, name, report, inner) => {
        const args = ['copy', ...tries, ...access('dest-'), `docker-archive:${path}`, `docker://${name}`];
        await run(name, args, inner, { report, cwd: directory });
      },
    });
  });
}

/** An image that is not in a list has one architecture, whatever was asked for. */
function digestOf(name: string, architecture: string, said: string): string {
  const [digest = '', found] = said.trim().split(' ');
  if (found === architecture) return digest;
  throw new BootstrapError('download.failed', `${name}: the registry has it for ${String(found)} only`, {
    hint: `The bundle is for ${architecture}. Choose another image or another tag.`,
  });
}

function platform(architecture: string): readonly string[] {
  return ['--override-os', 'linux', '--override-arch', architecture];
}

async function run(
  name: string,
  args: readonly string[],
  signal: AbortSignal,
  more: { readonly report?: Report; readonly cwd?: string } = {},
): Promise<string> {
  try {
    return await runProgram('skopeo', args, { signal, ...more });
  } catch (error) {
    throwIfInterrupted(signal);
    throw registryError(name, error);
  }
}

async function requireSkopeo(signal: AbortSignal): Promise<void> {
  try {
    await runProgram('skopeo', ['--version'], { signal });
  } catch (cause) {
    throwIfInterrupted(signal);
    throw new BootstrapError('preflight.failed', 'images are read and written by skopeo, which is not here', {
      hint: 'Install it: "sudo apt-get install skopeo"; other distributions call their package the same.',
      cause,
    });
  }
}
