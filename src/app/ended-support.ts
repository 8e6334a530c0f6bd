// Warns of a Kubernetes that gets no fixes any more, and names those that do.
import { BootstrapError } from '../core/errors.ts';
import type { LoadedInventory } from '../inventory/load.ts';
import { hasEnded, releaseOf, supportedReleases } from '../kube/releases.ts';
import { parseVersion } from '../kube/version.ts';

const path = ['cluster', 'kubernetes', 'version'];

/** One warning at the version's line, or none. Of versions that are not in the table nothing is said. */
export function endedSupport(
  { inventory, placeOf, excerptOf }: LoadedInventory,
  today: Date,
): readonly BootstrapError[] {
  const day = today.toISOString().slice(0, 10);
  const release = releaseOf(parseVersion(inventory.cluster.kubernetes.version));
  if (release === undefined || !hasEnded(release, day)) return [];
  const { minor, endOfLife } = release;
  const since = endOfLife === undefined ? '' : ` since ${endOfLife}`;
  const supported = supportedReleases(day).map((one) => one.minor);
  const advice =
    supported.length === 0 ? '' : `Kubernetes mends ${supported.join(', ')}: choose ${supported[0] ?? ''}. `;
  return [
    new BootstrapError('inventory.invalid', `Kubernetes ${minor} has got no fixes${since}`, {
      where: placeOf(path),
      detail: excerptOf(path),
      hint: `${advice}"ipvs-bootstrap versions" lists them all.`,
    }),
  ];
}
