// Rules about binding external IPs: a version that does not do it, and what answers for them.
import { formatIp } from '../../core/ip.ts';
import { has, supportedMinors } from '../../kube/version-facts.ts';
import { isSince, parseVersion } from '../../kube/version.ts';
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

/** VRRP numbers its addresses from 1 to 255; one is left for the control planes'. */
const maxBoundAddresses = 254;

export function* oldVersionsDoNotBind(outline: Outline): Generator<Finding> {
  const { root, version, isComplete } = outline;
  const bind = root.get('externalIPs', 'bind').text();
  if (!isComplete || version === undefined || bind?.value !== 'kube-proxy') return;
  if (uses(outline).length === 0 || kubeProxyBinds(version.value)) return;
  // Said of such a version already.
  if (!isSince(parseVersion(version.value), supportedMinors.oldest)) return;
  const message = `Kubernetes ${version.value} does not bind external IPs: they are bound as with "bind: interface"`;
  yield finding(message, bind.path, { severity: 'warning', other: version.path });
}

/** kube-ipvs0 is not the interface that clients ask on. */
export function* externalIPsAreAnswered(outline: Outline): Generator<Finding> {
  const { root } = outline;
  const strict = root.get('cluster', 'kubeProxy', 'strictARP');
  const first = uses(outline).find(({ value }) => value.family === 4);
  if (!strict.isTrue || first === undefined) return;
  if (root.get('externalIPs', 'bind').text()?.value === 'interface') return;
  const message = 'with strictARP no node answers for external IPs that kube-proxy binds';
  yield finding(message, strict.path, {
    severity: 'warning',
    other: first.path,
    hint: 'Clients reach them only by a route to a node. With "bind: interface" beside the pool one node answers for each.',
  });
}

export function* boundAddressesAreFew(outline: Outline): Generator<Finding> {
  const { root, version, isComplete } = outline;
  if (!isComplete || version === undefined) return;
  const isBound = root.get('externalIPs', 'bind').text()?.value === 'interface';
  if (!isBound && kubeProxyBinds(version.value)) return;
  const addresses = new Map(uses(outline).map((use) => [formatIp(use.value), use]));
  const last = [...addresses.values()].at(maxBoundAddresses);
  if (last === undefined) return;
  const message = `${addresses.size} external IPs are more than can be bound to an interface`;
  yield finding(message, last.path, { hint: `VRRP has numbers for ${maxBoundAddresses} addresses.` });
}

function kubeProxyBinds(version: string): boolean {
  return has(parseVersion(version), 'bindsExternalIPs');
}

function uses({ workloads }: Outline) {
  return workloads.flatMap(({ services }) => services.flatMap(({ externalIPs }) => externalIPs));
}
