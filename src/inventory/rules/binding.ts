// Rules about binding external IPs: a version that does not do it, and an interface to bind them to.
import { formatIp } from '../../core/ip.ts';
import { has, supportedMinors } from '../../kube/version-facts.ts';
import { isSince, parseVersion } from '../../kube/version.ts';
import type { Placed } from './entry.ts';
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

/** VRRP numbers its addresses from 1 to 255; one is left for the control planes'. */
const maxBoundAddresses = 254;

export function* externalIPsHaveInterface(outline: Outline): Generator<Finding> {
  const { root, isComplete } = outline;
  if (!isComplete) return;
  const bind = root.get('externalIPs', 'bind').text();
  const hasInterface = root.get('externalIPs', 'interface').isThere;
  if (bind?.value === 'interface' && !hasInterface) {
    yield finding('bind: interface needs the interface to bind the addresses to', bind.path, { hint });
  } else {
    yield* oldVersion(outline, { bind, hasInterface });
  }
}

const hint = 'Add "interface: eth0" beside the pool, with the name that it has on the nodes.';

interface Binding {
  readonly bind: Placed<string> | undefined;
  readonly hasInterface: boolean;
}

function* oldVersion(outline: Outline, { bind, hasInterface }: Binding): Generator<Finding> {
  const { version } = outline;
  const [first] = uses(outline);
  if (version === undefined || first === undefined || kubeProxyBinds(version.value)) return;
  // Said of such a version already.
  if (!isSince(parseVersion(version.value), supportedMinors.oldest)) return;
  const name = `Kubernetes ${version.value} does not bind external IPs`;
  if (!hasInterface) {
    const message = `${name}, and there is no externalIPs.interface to bind them to`;
    yield finding(message, first.path, { other: version.path, hint });
  } else if (bind?.value === 'kube-proxy') {
    const message = `${name}: they are bound as with "bind: interface"`;
    yield finding(message, bind.path, { severity: 'warning', other: version.path });
  }
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
