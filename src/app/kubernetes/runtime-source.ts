// Where the container runtime comes from: the hosts' distribution, or the releases of its makers, which are fetched.
import type { RuntimePart } from '../../bundle/runtime-releases.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { LoadedInventory } from '../../inventory/load.ts';
import type { ResolvedInventory, RuntimeSource } from '../../inventory/resolve.ts';
import { fetchReleases } from './fetching.ts';
import type { HostDownloads } from './host-downloads.ts';
import type { KubernetesOffer } from './kubernetes-source.ts';
import type { Reading } from './reading.ts';

/** The `runtime` of playbook expressions. */
export interface RuntimeOffer {
  readonly source: 'packages' | 'binaries';
  /** Debian's names of the packages that it takes the place of. */
  readonly replaces: readonly string[];
  /** Of the programs; null where the hosts' package managers choose. */
  readonly architecture: 'amd64' | 'arm64' | null;
  /** Where what was fetched lies. */
  readonly directory: string;
  readonly releases: readonly OfferedRelease[];
  /** For hosts that fetch them themselves. */
  readonly downloads?: HostDownloads;
}

export interface OfferedRelease {
  readonly part: RuntimePart;
  /** Of the file in the directory. */
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  /** Where its programs go. */
  readonly directory: string;
  /** What it is called there, when it is a program and no archive. */
  readonly program: string | null;
}

/** Files may have to be fetched, which is done for nobody who does not install them. */
export interface RuntimeFiles {
  /** Whether something has to be fetched. */
  readonly isRemote: boolean;
  /** What is known without them. */
  known(offer: KubernetesOffer): RuntimeOffer;
  /** @throws BootstrapError `download.failed`, `file.unreadable` or `interrupted`, at the line of the inventory */
  read(offer: KubernetesOffer, reading: Reading): Promise<RuntimeOffer>;
}

const fromPackages: RuntimeOffer = {
  source: 'packages',
  replaces: [],
  architecture: null,
  directory: '/',
  releases: [],
};

/** What it is made of hangs on Kubernetes: its packages bring CNI plugins and crictl along. */
export function runtimeFiles(loaded: LoadedInventory, { runtime, cluster }: ResolvedInventory): RuntimeFiles {
  if (runtime === undefined) {
    return { isRemote: false, known: () => fromPackages, read: async () => fromPackages };
  }
  const { version } = cluster.kubernetes;
  const known = (offer: KubernetesOffer) => knownOf(runtime, offer);
  const read = (offer: KubernetesOffer, reading: Reading) =>
    atLine(loaded, () => fetchReleases(runtime, version, offer, knownOf(runtime, offer), reading));
  return { isRemote: true, known, read };
}

function knownOf({ architecture }: RuntimeSource, { bundle }: KubernetesOffer): RuntimeOffer {
  return {
    source: 'binaries',
    replaces: ['containerd', 'runc', 'containernetworking-plugins'],
    architecture: architecture ?? bundle.manifest.architecture ?? 'amd64',
    directory: '/',
    releases: [],
  };
}

/** What is wrong with the source is told at the line that names it. */
async function atLine<T>({ placeOf, excerptOf }: LoadedInventory, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BootstrapError) || error.code === 'interrupted') throw error;
    const path = ['cluster', 'runtime', 'source'];
    throw error.with({ where: placeOf(path), detail: error.detail ?? excerptOf(path) });
  }
}
