// The kube-proxy of a cluster, as far as the table shows it.
import { parseVersion } from '../../kube/version.ts';
import type { ExpectedInput } from './expected-state.ts';
import { proxyRules } from './proxy-rules.ts';

/** What the inventory says of it. */
export interface ProxyCluster {
  readonly kubernetes: { readonly version: string };
  readonly kubeProxy: {
    readonly scheduler: string;
    /** The keys that the inventory itself gives. */
    readonly named: readonly string[];
  };
}

/** What it is told in the cluster. */
export interface ToldProxy {
  readonly scheduler: string;
  readonly nodePortAddresses: readonly string[];
}

/** @param told undefined where the API says nothing of it: then what the inventory says is all that is known */
export function expectedProxy(
  { kubernetes, kubeProxy }: ProxyCluster,
  told?: ToldProxy,
): Pick<ExpectedInput, 'settings' | 'rules'> {
  const isOurs = told === undefined || kubeProxy.named.includes('scheduler');
  return {
    settings: {
      scheduler: isOurs ? kubeProxy.scheduler : told.scheduler,
      nodePortAddresses: told?.nodePortAddresses ?? [],
    },
    rules: proxyRules(parseVersion(kubernetes.version)),
  };
}
