// What a bundle is to be made of.
import type { WebOptions } from '../../download/connections.ts';
import type { Release } from '../../local/debian/releases.ts';
import type { Report } from '../../local/report.ts';
import type { Bundle } from '../load.ts';
import type { BundleManifest } from '../manifest.ts';
import type { RegistryAccess } from '../registry/skopeo.ts';

export interface BundleRequest {
  /** Such as v1.37.2. */
  readonly version: string;
  readonly architecture: BundleManifest['architecture'];
  readonly from: KubernetesOrigin;
  /** File with certificates to believe, of the site and of registries. */
  readonly ca?: string | undefined;
  /** How web servers are reached. */
  readonly through: Pick<WebOptions, 'proxy' | 'noProxy'>;
  readonly registries: RegistryAccess;
  /** What stands before the names of Kubernetes' images. */
  readonly imageRepository: string;
  /** Full names of what else the cluster is to run. */
  readonly workloadImages: readonly string[];
  /** Releases of Debian whose packages come along. */
  readonly releases: readonly Release[];
  /** Where apt keeps its lists. */
  readonly aptDirectory: string;
}

/** Where Kubernetes itself comes from. */
export type KubernetesOrigin = ProgramSite | PackageSite | CompiledModules;

/** A URL without a slash at its end. */
interface Site {
  readonly site: string;
}

/** Programs of a site that has the paths of Kubernetes' makers. */
export interface ProgramSite extends Site {
  readonly kind: 'binaries';
  /** Where programs stay between two calls; of one site and architecture. */
  readonly programDirectory: (architecture: string) => string;
}

/** Packages of a site that has the paths of pkgs.k8s.io. */
export interface PackageSite extends Site {
  readonly kind: 'packages';
  /** Of the key that signs them. */
  readonly fingerprint: string;
  /** Where that key stays between two calls. */
  readonly keyFile: string;
  readonly now: Date;
}

/** Programs and images that are made from Go modules. */
export interface CompiledModules {
  readonly kind: 'modules';
  /** Makes them if they are not there yet; what is for workloads in that bundle is left aside. */
  readonly compile: (report: Report, signal: AbortSignal) => Promise<Bundle>;
}
