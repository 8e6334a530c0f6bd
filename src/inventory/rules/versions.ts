// Rules about the Kubernetes version: what each version can do with IPVS, and until when.
import { isSince, parseVersion, type KubernetesVersion } from '../../kube/version.ts';
import { finding, type Finding } from '../finding.ts';
import type { Outline } from '../outline.ts';

const nftablesHint = 'Its successor is the nftables mode.';

export function* versionRange({ version }: Outline): Generator<Finding> {
  const parsed = versionOf(version?.value);
  if (version === undefined || parsed === undefined) return;
  const { value, path } = version;
  if (parsed.major !== 1) yield finding(`there is no Kubernetes ${value}`, path);
  else if (!isSince(parsed, '1.8'))
    yield finding(`Kubernetes ${value} has no IPVS mode: v1.8 is the first`, path);
  else if (isSince(parsed, '1.43')) {
    yield finding(`Kubernetes ${value} has no IPVS mode any more: v1.42 is the last`, path, {
      hint: nftablesHint,
    });
  } else if (isSince(parsed, '1.35')) {
    yield finding('the IPVS mode is deprecated from v1.35 on', path, {
      severity: 'warning',
      hint: nftablesHint,
    });
  }
}

export function* externalIPsDeprecated({ version, workloads }: Outline): Generator<Finding> {
  const parsed = versionOf(version?.value);
  const [first] = workloads.flatMap(({ services }) => services.flatMap(({ externalIPs }) => externalIPs));
  if (version === undefined || parsed === undefined || first === undefined || !isSince(parsed, '1.36'))
    return;
  yield finding('external IPs of Services are deprecated from v1.36 on', first.path, {
    severity: 'warning',
    other: version.path,
  });
}

export function* kubeProxySettings({ version, root }: Outline): Generator<Finding> {
  const parsed = versionOf(version?.value);
  if (version === undefined || parsed === undefined) return;
  const settings = root.get('cluster', 'kubeProxy');
  const scheduler = settings.get('scheduler').text();
  if (scheduler?.value === 'mh' && !isSince(parsed, '1.27')) {
    yield finding('the scheduler "mh" needs Kubernetes v1.27', scheduler.path, { other: version.path });
  }
  const [excluded] = settings.get('excludeCIDRs').items();
  if (excluded !== undefined && !isSince(parsed, '1.11')) {
    yield finding('excludeCIDRs needs Kubernetes v1.11', settings.get('excludeCIDRs').path, {
      part: 'key',
      other: version.path,
    });
  }
  const strictArp = settings.get('strictARP');
  if (strictArp.isTrue && !knowsStrictArp(parsed)) {
    yield finding('strictARP needs Kubernetes v1.13.6, v1.14.2 or v1.15', strictArp.path, {
      part: 'key',
      other: version.path,
    });
  }
}

/** It came with 1.15 and was brought back to two older minors. */
function knowsStrictArp(version: KubernetesVersion): boolean {
  if (version.minor === 13) return isSince(version, '1.13.6');
  return isSince(version, '1.14.2');
}

function versionOf(text: string | undefined): KubernetesVersion | undefined {
  return text !== undefined && /^v\d{1,5}\.\d{1,5}\.\d{1,5}$/.test(text) ? parseVersion(text) : undefined;
}
