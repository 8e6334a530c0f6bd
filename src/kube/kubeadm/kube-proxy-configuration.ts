// kube-proxy's configuration in IPVS mode, as each version wants it.
import { has } from '../version-facts.ts';
import { goDuration } from './go-duration.ts';
import { featureGates, unlessEmpty } from './input.ts';
import type { IpvsTimeouts, KubeProxySettings } from './settings.ts';

/** The fields that this program decides; kubeadm fills in the others. */
export interface KubeProxyFields {
  readonly mode: 'ipvs';
  readonly clusterCIDR: string;
  readonly featureGates?: string | Readonly<Record<string, boolean>>;
  readonly ipvs: IpvsFields;
}

export interface IpvsFields {
  readonly scheduler: string;
  readonly excludeCIDRs?: readonly string[];
  readonly strictARP?: boolean;
  readonly tcpTimeout?: string;
  readonly tcpFinTimeout?: string;
  readonly udpTimeout?: string;
}

const ipvsGate = 'SupportIPVSProxyMode=true';

/** The kernel keeps its timeouts. */
const kernelTimeouts: IpvsTimeouts = { tcp: 0, tcpFin: 0, udp: 0 };

/**
 * The wanted fields. Every one that a version has is written out, so that one taken back in the inventory is noticed.
 * Not for 1.8, whose kube-proxy reads flags only: see `kubeProxyFlags`.
 */
export function kubeProxyFields(settings: KubeProxySettings): KubeProxyFields {
  const { version, podCIDRs } = settings;
  return {
    mode: 'ipvs',
    clusterCIDR: podCIDRs.join(','),
    // Only 1.9 comes here with the gate, and 1.9 wants text.
    ...(has(version, 'ipvsGate')
      ? { featureGates: ipvsGate }
      : unlessEmpty('featureGates', featureGates(settings))),
    ipvs: ipvsFields(settings),
  };
}

function ipvsFields({ version, timeouts = kernelTimeouts, ...settings }: KubeProxySettings): IpvsFields {
  return {
    scheduler: settings.scheduler,
    ...(has(version, 'excludeCIDRs') ? { excludeCIDRs: settings.excludeCIDRs } : {}),
    ...(has(version, 'strictARP') ? { strictARP: settings.strictARP } : {}),
    ...(has(version, 'ipvsTimeouts') && {
      tcpTimeout: goDuration(timeouts.tcp),
      tcpFinTimeout: goDuration(timeouts.tcpFin),
      udpTimeout: goDuration(timeouts.udp),
    }),
  };
}

/** The separate document, for versions that have one. */
export function kubeProxyDocument(settings: KubeProxySettings) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    ...kubeProxyFields(settings),
  };
}

/** The flags of 1.8. Without a sync period that kube-proxy panics: it has no default. */
export function kubeProxyFlags({ scheduler }: KubeProxySettings): readonly string[] {
  return [
    '--proxy-mode=ipvs',
    `--feature-gates=${ipvsGate}`,
    '--ipvs-sync-period=30s',
    `--ipvs-scheduler=${scheduler}`,
  ];
}
