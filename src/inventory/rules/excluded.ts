// Rules about excludeCIDRs: what kube-proxy is told to leave alone must not be its own.
import { formatCidr, formatIp, parseCidr, rangeContains, rangesOverlap } from '../../core/ip.ts';
import { addressClaims } from './claims.ts';
import { present } from './entry.ts';
import { finding, type Finding } from './finding.ts';
import { clusterNetworks } from './networks.ts';
import type { Outline } from './outline.ts';

const hint =
  'kube-proxy would still balance there, but never delete a virtual server again; nor would reset.';

/** One warning for each entry: of the Services' network, else of the first address in it that kube-proxy balances. */
export function* excludedAreOthers(outline: Outline): Generator<Finding> {
  const excluded = present(
    outline.root
      .get('cluster', 'kubeProxy', 'excludeCIDRs')
      .items()
      .map((entry) => entry.parse(parseCidr)),
  );
  const used = outline.workloads.flatMap(({ services }) =>
    services.flatMap(({ externalIPs }) => externalIPs),
  );
  const vip = addressClaims(outline).find(({ kind }) => kind === 'vip');
  const services = clusterNetworks(outline).filter(({ key }) => key === 'services');
  for (const { value, path } of excluded) {
    const entry = `the entry ${formatCidr(value)} of excludeCIDRs`;
    const inside = used.find((address) => rangeContains(value, address.value));
    const overlapping = services.find((network) => rangesOverlap(value, network.value));
    if (overlapping !== undefined) {
      const message = `${entry} overlaps ${overlapping.what}`;
      yield finding(message, path, { severity: 'warning', other: overlapping.path, hint });
    } else if (inside !== undefined) {
      const message = `${entry} contains the external IP ${formatIp(inside.value)}`;
      yield finding(message, path, { severity: 'warning', other: inside.path, hint });
    } else if (vip !== undefined && rangeContains(value, vip.value)) {
      const message = `${entry} contains ${vip.what}, where node ports are balanced too`;
      yield finding(message, path, { severity: 'warning', other: vip.path, hint });
    }
  }
}
