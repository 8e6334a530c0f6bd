// The settings of the kube-proxy that runs, as far as a node's kernel shows them.
import { viewKubeProxy } from './kube-proxy-view.ts';
import { textAt, textsAt, type KubernetesObject } from './object.ts';

export interface LiveProxy {
  /** IPVS scheduler of every Service; kube-proxy takes rr where nobody says anything. */
  readonly scheduler: string;
  /** CIDRs of the addresses that node ports listen on; all without any. */
  readonly nodePortAddresses: readonly string[];
  /** kube-proxy deletes no virtual server in these networks. */
  readonly excludeCIDRs: readonly string[];
}

/** With `--config`, as kubeadm calls it from 1.9 on, kube-proxy reads the file and no other flag. Undefined without kube-proxy. */
export function liveProxy(objects: readonly KubernetesObject[]): LiveProxy | undefined {
  const proxy = viewKubeProxy(objects);
  if (proxy === undefined) return undefined;
  const { config, command } = proxy;
  if (!command.some((word) => /^--config(=|$)/.test(word))) return fromFlags(command);
  return {
    scheduler: textAt(config, 'ipvs', 'scheduler') || defaultScheduler,
    nodePortAddresses: textsAt(config, 'nodePortAddresses'),
    excludeCIDRs: textsAt(config, 'ipvs', 'excludeCIDRs'),
  };
}

const defaultScheduler = 'rr';

function fromFlags(command: readonly string[]): LiveProxy {
  const valueOf = (name: string): string =>
    command.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
  const listOf = (name: string): readonly string[] => valueOf(name).split(',').filter(Boolean);
  return {
    scheduler: valueOf('ipvs-scheduler') || defaultScheduler,
    nodePortAddresses: listOf('nodeport-addresses'),
    excludeCIDRs: listOf('ipvs-exclude-cidrs'),
  };
}
