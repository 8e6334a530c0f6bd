// What a bundle is to be made of.
import type { WebOptions } from '../../download/connections.ts';
import type { Release } from '../../local/debian/releases.ts';
import type { BundleManifest } from '../manifest.ts';
import type { RegistryAccess } from '../registry/skopeo.ts';

export interface BundleRequest {
  /** Such as v1.37.2. */
  readonly version: string;
  readonly architecture: BundleManifest['architecture'];
  /** What has the paths of Kubernetes' makers' site; a URL without a slash at its end. */
  readonly site: string;
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
  /** Where programs stay between two calls; of one site and architecture. */
  readonly programDirectory: (architecture: string) => string;
  /** Where apt keeps its lists. */
  readonly aptDirectory: string;
}
