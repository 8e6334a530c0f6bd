// What is in an unfinished bundle, so that the next call fetches only what it lacks.
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BootstrapError } from '../../core/errors.ts';
import { fetchLockName } from '../fetch-lock.ts';
import { linksOut } from '../inside.ts';
import { invalid, readManifest } from '../load.ts';
import { bundleFile, type BundleFile, type BundleManifest } from '../manifest.ts';
import { writeSynced } from '../write-manifest.ts';

/** Name of the list inside an unfinished bundle; the manifest takes its place. */
export const fetchedFileName = 'fetched.json';

const record = z.array(bundleFile);

export class Fetched {
  readonly #directory: string;
  readonly #files: Map<string, BundleFile>;

  private constructor(directory: string, files: readonly BundleFile[]) {
    this.#directory = directory;
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  /**
   * @throws BootstrapError `usage` when something else is in the directory, `bundle.invalid` or `file.unreadable` when
   *   its manifest is not one of ours, or a link in it leads elsewhere
   */
  static async open(directory: string, wanted: Pick<BundleManifest, 'kubernetesVersion' | 'architecture'>) {
    const manifest = await manifestIn(directory);
    if (manifest !== undefined) requireSame(directory, manifest, wanted);
    const fetched = await readJson(join(directory, fetchedFileName), record);
    if (manifest === undefined && fetched === undefined) await requireEmpty(directory);
    const links = await linksOut(directory);
    if (links.length > 0) {
      throw invalid(directory, links.map((path) => `${path}: is a link that leads out of it`).join('\n'));
    }
    return new Fetched(directory, [...(manifest?.files ?? []), ...(fetched ?? [])]);
  }

  /** What is there is written down; then these files, by which a bundle counts as complete, are removed. */
  async begin(names: readonly string[]): Promise<void> {
    await this.#write();
    for (const name of names) await rm(join(this.#directory, name), { force: true });
  }

  /** The file that is there under this path, if it has its size. */
  async held(path: string): Promise<BundleFile | undefined> {
    const file = this.#files.get(path);
    const found = await stat(join(this.#directory, path)).catch(() => undefined);
    return file !== undefined && found?.isFile() === true && found.size === file.size ? file : undefined;
  }

  async add(...files: readonly BundleFile[]): Promise<void> {
    for (const file of files) this.#files.set(file.path, file);
    await this.#write();
  }

  async forget(path: string): Promise<void> {
    this.#files.delete(path);
    await this.#write();
  }

  /** Removes what is there of earlier calls and is not among `wanted`. */
  async finish(wanted: readonly BundleFile[]): Promise<void> {
    const keep = new Set(wanted.map(({ path }) => path));
    for (const path of this.#files.keys()) {
      if (!keep.has(path)) await rm(join(this.#directory, path), { force: true });
    }
  }

  async #write(): Promise<void> {
    const text = `${JSON.stringify([...this.#files.values()], null, 2)}\n`;
    await writeSynced(join(this.#directory, fetchedFileName), text);
  }
}

async function manifestIn(directory: string): Promise<BundleManifest | undefined> {
  try {
    return (await readManifest(directory)).manifest;
  } catch (error) {
    if (error instanceof BootstrapError && error.code === 'bundle.missing') return undefined;
    throw error;
  }
}

/** What cannot be read is fetched again. */
async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function requireSame(
  directory: string,
  { kubernetesVersion, architecture }: BundleManifest,
  wanted: Pick<BundleManifest, 'kubernetesVersion' | 'architecture'>,
): void {
  if (kubernetesVersion === wanted.kubernetesVersion && architecture === wanted.architecture) return;
  throw new BootstrapError(
    'usage',
    `${directory} has a bundle of Kubernetes ${kubernetesVersion} for ${architecture}`,
    { hint: 'Name another directory, or remove that one.' },
  );
}

/** The lock of this very call may be there. */
async function requireEmpty(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter(
    (name) => name !== fetchLockName && name !== fetchedFileName,
  );
  if (names.length === 0) return;
  throw new BootstrapError('usage', `${directory} is not empty, and has no bundle`, {
    hint: 'Name another directory; it is made when it is not there.',
    data: { path: directory },
  });
}
