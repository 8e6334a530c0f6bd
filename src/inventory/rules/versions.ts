// Rules about the Kubernetes version: whether it has an IPVS mode, and the settings asked for.
import { has, isSupported, supportedMinors } from '../../kube/version-facts.ts';
import { isSince, parseVersion, type KubernetesVersion } from '../../kube/version.ts';
import type { Placed } from './entry.ts';
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

const nftablesHint = 'Its successor is the nftables mode.';

export function* versionRange({ version }: Outline): Generator<Finding> {
  const placed = parsedVersion(version);
  if (version === undefined || placed === undefined) return;
  const { value, path } = placed;
  const name = `Kubernetes ${version.value}`;
  if (value.major !== 1) yield finding(`there is no ${name}`, path);
  else if (!isSince(value, supportedMinors.oldest)) {
    yield finding(`${name} has no IPVS mode: v${supportedMinors.oldest} is the first`, path);
  } else if (has(value, 'ipvsRemoved')) {
    yield finding(`${name} has no IPVS mode any more`, path, { hint: nftablesHint });
  } else if (!isSupported(value)) {
    const message = `${name} is newer than v${supportedMinors.newest}, the newest that this program knows`;
    yield finding(message, path, { severity: 'warning' });
  } else if (has(value, 'ipvsDeprecated')) {
    yield finding(`${name} has deprecated the IPVS mode`, path, { severity: 'warning', hint: nftablesHint });
  }
}

export function* externalIPsDeprecated({ version, workloads }: Outline): Generator<Finding> {
  const placed = parsedVersion(version);
  const [first] = workloads.flatMap(({ services }) => services.flatMap(({ externalIPs }) => externalIPs));
  if (placed === undefined || first === undefined || !has(placed.value, 'externalIPsDeprecated')) return;
  yield finding('this Kubernetes version has deprecated external IPs of Services', first.path, {
    severity: 'warning',
    other: placed.path,
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

/** The version as numbers; undefined for what the schema refuses. */
export function parsedVersion(version: Placed<string> | undefined): Placed<KubernetesVersion> | undefined {
  if (version === undefined || !/^v\d{1,5}\.\d{1,5}\.\d{1,5}$/.test(version.value)) return undefined;
  return { value: parseVersion(version.value), path: version.path };
}
