// The kube-proxy of a cluster, as far as the table shows it.
import { parseVersion } from '../../kube/version.ts';
import type { ExpectedInput } from './expected-state.ts';
import { proxyRules } from './proxy-rules.ts';

/** What the inventory says of it. */
export interface ProxyCluster {
  readonly kubernetes: { readonly version: string };
  readonly kubeProxy: { readonly scheduler: string };
}

/** @param nodePortAddresses CIDRs of the addresses node ports listen on; all by default */
export function expectedProxy(
  { kubernetes, kubeProxy }: ProxyCluster,
  nodePortAddresses: readonly string[] = [],
): Pick<ExpectedInput, 'settings' | 'rules'> {
  return {
    settings: { scheduler: kubeProxy.scheduler, nodePortAddresses },
    rules: proxyRules(parseVersion(kubernetes.version)),
  };
}
