// Which published versions Kubernetes' own libraries have for a release of Kubernetes.
import { stagingModules } from './module-file.ts';

/** Published versions of Kubernetes' own libraries, by their names. */
export type StagingVersions = Readonly<Record<string, string>>;

/** How many older patch releases may stand in for one that is not served. */
export const triedPatches = 4;

/** Chooses the first version that is served. When the signal is aborted it ends, and leaves no program running. */
export type ChooseVersion = (
  module: string,
  versions: readonly string[],
  signal: AbortSignal,
) => Promise<string | undefined>;

/**
 * v0.37.2 for each library of v1.37.2, by its name. Of some releases single libraries were never published
 * (k8s.io/kube-proxy v0.31.14): then the one before. None for modules without such libraries. When one cannot be found
 * out, the questions for the others have ended as well before that is thrown.
 */
export async function stagingVersions(
  goMod: string,
  version: string,
  choose: ChooseVersion,
): Promise<StagingVersions> {
  const [, minor = '', patch = ''] = /^v1\.(\d+)\.(\d+)$/.exec(version) ?? [];
  const patches = Array.from({ length: triedPatches }, (_, back) => Number(patch) - back);
  const versions = patches.filter((one) => one >= 0).map((one) => `v0.${minor}.${one}`);
  const found: Record<string, string> = {};
  const failure = new AbortController();
  await Promise.all(
    stagingModules(goMod).map(async (module) => {
      try {
        found[module] = (await choose(module, versions, failure.signal)) ?? versions[0] ?? 'v0.0.0';
      } catch (error) {
        // Only the first one counts: it makes the others fail.
        failure.abort(error);
      }
    }),
  );
  failure.signal.throwIfAborted();
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The same with the patch release before for each library whose files, or their checksums, the proxy refuses, as the go command says in `said`.
 * Undefined when it refuses none of them, or has none that is older.
 */
export function withoutRefused(staging: StagingVersions, said: string): StagingVersions | undefined {
  const refused = [...said.matchAll(/(\S+)@(v\d+\.\d+\.\d+): reading \S+: 40[34] /g)];
  const older = refused.flatMap(([, module = '', version = '']): (readonly [string, string])[] => {
    const [, head = '', patch = ''] = /^(v\d+\.\d+\.)(\d+)$/.exec(version) ?? [];
    if (staging[module] !== version || Number(patch) === 0) return [];
    return [[module, `${head}${Number(patch) - 1}`]];
  });
  return older.length === 0 ? undefined : { ...staging, ...Object.fromEntries(older) };
}
