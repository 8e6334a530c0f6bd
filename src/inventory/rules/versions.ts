// Rules about the Kubernetes version: whether it has an IPVS mode, and the settings asked for.
import { has, isSupported, supportedMinors } from '../../kube/version-facts.ts';
import { isSince, minorOf, parseVersion, type KubernetesVersion } from '../../kube/version.ts';
import type { Placed } from './entry.ts';
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

const { oldest, newest } = supportedMinors;
const choose = `Choose one from v${oldest} to v${newest}: "ipvs-bootstrap versions" lists them.`;

/** The page that names the ways out of what comes to an end. */
function waysOut(version: KubernetesVersion): string {
  const known = isSupported(version) ? minorOf(version) : newest;
  return `"ipvs-bootstrap versions ${known}" tells the ways out.`;
}

export function* versionRange({ version }: Outline): Generator<Finding> {
  const placed = parsedVersion(version);
  if (version === undefined || placed === undefined) return;
  const { value, path } = placed;
  const name = `Kubernetes ${version.value}`;
  const warning = (message: string, hint: string): Finding =>
    finding(message, path, { severity: 'warning', hint });
  if (value.major !== 1) yield finding(`there is no ${name}`, path, { hint: choose });
  else if (!isSince(value, oldest)) {
    yield finding(`${name} has no IPVS mode: v${oldest} is the first`, path, { hint: choose });
  } else if (has(value, 'ipvsRemoved')) {
    yield finding(`${name} has no IPVS mode any more, as Kubernetes plans`, path, { hint: choose });
  } else if (has(value, 'ipvsOffByDefault')) {
    const message = `${name} refuses IPVS mode without the feature gate KubeProxyIPVS, as Kubernetes plans`;
    yield warning(message, `"up" stops: v${newest} is the newest that it makes. ${waysOut(value)}`);
  } else if (!isSupported(value)) {
    const message = `${name} is newer than v${newest}, the newest that this program knows`;
    yield warning(message, `"up" stops; other commands take it for a v${newest}.`);
  } else if (has(value, 'ipvsDeprecated')) {
    const plan = 'Kubernetes plans to switch it off in v1.40 and to remove it in v1.43.';
    yield warning("kube-proxy's IPVS mode is deprecated since v1.35", `${plan} ${waysOut(value)}`);
  }
}

export function* externalIPsDeprecated({ version, workloads }: Outline): Generator<Finding> {
  const placed = parsedVersion(version);
  const [first] = workloads.flatMap(({ services }) => services.flatMap(({ externalIPs }) => externalIPs));
  if (placed === undefined || first === undefined || !has(placed.value, 'externalIPsDeprecated')) return;
  yield finding('external IPs of Services are deprecated since Kubernetes v1.36', first.path, {
    severity: 'warning',
    other: placed.path,
    hint: `Kubernetes plans to switch them off in v1.40. ${waysOut(placed.value)}`,
  });
}

export function* kubeProxySettings({ version, root }: Outline): Generator<Finding> {
  const placed = parsedVersion(version);
  if (placed === undefined) return;
  const { value, path: other } = placed;
  const settings = root.get('cluster', 'kubeProxy');
  const scheduler = settings.get('scheduler').text();

  if (scheduler?.value === 'mh' && has(value, 'validatesScheduler')) {
    yield finding('the scheduler "mh" needs Kubernetes v1.27', scheduler.path, { other });
  }
  const excluded = settings.get('excludeCIDRs');
  if (excluded.items().length > 0 && !has(value, 'excludeCIDRs')) {
    yield finding('excludeCIDRs needs Kubernetes v1.11', excluded.path, { part: 'key', other });
  }
  const strictArp = settings.get('strictARP');
  if (strictArp.isTrue && !has(value, 'strictARP')) {
    const message = 'strictARP needs Kubernetes v1.13.6, v1.14.2 or v1.15';
    yield finding(message, strictArp.path, { part: 'key', other });
  }
  const timeouts = settings.get('timeouts');
  if (['tcp', 'tcpFin', 'udp'].some((key) => timeouts.get(key).isThere) && !has(value, 'ipvsTimeouts')) {
    yield finding('timeouts needs Kubernetes v1.18', timeouts.path, { part: 'key', other });
  }
}

export function* keptSwap({ version, root }: Outline): Generator<Finding> {
  const placed = parsedVersion(version);
  const swap = root.get('cluster', 'swap');
  const isKept = swap.text()?.value === 'keep' || swap.get('keep').isThere;
  if (placed === undefined || !isKept || has(placed.value, 'nodeSwap')) return;
  yield finding('keeping swap needs Kubernetes v1.30', swap.path, {
    other: placed.path,
    hint: 'Kubelets before it do not bound what pods swap, unless a feature gate says so. Set "swap: off", and up switches it off for good.',
  });
}

/** The version as numbers; undefined for what the schema refuses. */
export function parsedVersion(version: Placed<string> | undefined): Placed<KubernetesVersion> | undefined {
  if (version === undefined || !/^v\d{1,5}\.\d{1,5}\.\d{1,5}$/.test(version.value)) return undefined;
  return { value: parseVersion(version.value), path: version.path };
}
