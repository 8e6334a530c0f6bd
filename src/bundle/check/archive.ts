// A bundle that is still one archive, read by tar: nothing of it is unpacked but its manifest and signature.
import { tmpdir } from 'node:os';
import { BootstrapError } from '../../core/errors.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { withWorkDirectory } from '../../local/programs/work-directory.ts';
import type { FileDigest } from '../digest.ts';
import { manifestFileName } from '../manifest.ts';
import type { Entry } from './entries.ts';
import { signatureFileName } from './signature.ts';

export interface BundleArchive {
  /** Has the manifest and, if there is one, the signature. */
  readonly directory: string;
  /** All but directories, in the archive's order. */
  readonly entries: readonly Entry[];
  /** Reads those of the files that are there. */
  readonly digests: (paths: readonly string[]) => Promise<ReadonlyMap<string, FileDigest>>;
}

/** @throws BootstrapError `bundle.invalid` when tar cannot read it, `interrupted` */
export async function withArchive<T>(
  file: string,
  { signal }: { readonly signal: AbortSignal },
  use: (archive: BundleArchive) => Promise<T>,
): Promise<T> {
  const tar = async (args: readonly string[], input = ''): Promise<string> => {
    try {
      return await runProgram('tar', ['--force-local', `--file=${file}`, ...args], { signal, input });
    } catch (cause) {
      throwIfInterrupted(signal);
      throw damaged(file, cause);
    }
  };
  return withWorkDirectory(tmpdir(), async (directory) => {
    const listing = ['--list', '--verbose', '--numeric-owner', '--quoting-style=escape'];
    const entries = parseListing(await tar(listing));
    const held = (names: readonly string[]): readonly string[] =>
      names.filter((name) => entries.some(({ path, isFile }) => isFile && path === name));
    const extract = ['--extract', '--no-same-owner', `--directory=${directory}`];
    const small = held([manifestFileName, signatureFileName]);
    if (small.length > 0) await tar([...extract, ...small]);
    const digests = async (paths: readonly string[]): Promise<ReadonlyMap<string, FileDigest>> => {
      const options = [`--to-command=${digestCommand}`, '--verbatim-files-from', '--files-from=-'];
      const wanted = held(paths);
      return wanted.length === 0
        ? new Map()
        : parseDigests(await tar([...extract, ...options], wanted.join('\n')));
    };
    return use({ directory, entries, digests });
  });
}

/** Run by tar for each file, which it gives as standard input. */
const digestCommand =
  'sum=$(sha256sum | cut -c1-64) && printf "%s %s %s\\n" "$sum" "$TAR_SIZE" "$TAR_FILENAME"';

/** Lines of `tar --list --verbose`: `-rwxr-xr-x 0/0   36528128 2026-01-31 12:00 bin/kubeadm`. */
export function parseListing(text: string): readonly Entry[] {
  return text.split('\n').flatMap((line) => {
    const [, type = '', mode = '', path = ''] = /^(.)(.{9}) \S+ +\S+ \S+ \S+ (.*)$/.exec(line) ?? [];
    if (type === '' || type === 'd') return [];
    return [{ path, isFile: type === '-', isExecutable: type !== '-' || mode.includes('x') }];
  });
}

function parseDigests(text: string): ReadonlyMap<string, FileDigest> {
  const rows = text.split('\n').flatMap((line) => {
    const [, sha256 = '', size = '', path = ''] = /^([0-9a-f]{64}) (\d+) (.+)$/.exec(line) ?? [];
    return path === '' ? [] : [[path, { sha256, size: Number(size) }] as const];
  });
  return new Map(rows);
}

function damaged(file: string, cause: unknown): BootstrapError {
  return new BootstrapError('bundle.invalid', `${file} cannot be read as an archive`, {
    hint: 'It may have been cut off when it was copied. Compare its size, and copy it again.',
    detail: saidBy(cause),
    cause,
  });
}
