// The mode kube-proxy really runs in: it says so itself, also when it fell back to another one.
import { cmd } from '../../core/command.ts';
import type { Fact } from '../fact.ts';
import { askKubeProxy } from './ask-kube-proxy.ts';

export interface KubeProxyMode {
  /** `ipvs`, `iptables`, …; `null` when kube-proxy does not answer. */
  readonly mode: string | null;
  /** False when the host has nothing that could ask. */
  readonly hasClient: boolean;
}

export const kubeProxyMode: Fact<KubeProxyMode> = {
  name: 'kube-proxy.mode',
  scope: 'host',
  probe: () => cmd`${askKubeProxy}
echo "client $http_client"
kube_proxy_get /proxyMode || :`,
  parse({ stdout }) {
    const [client = '', mode = '', status = ''] = stdout.trim().split('\n');
    if (!client.startsWith('client ')) throw new Error(`unexpected answer: ${client}`);
    const hasAnswered = /^[a-z]+$/.test(mode) && status === '200';
    return { mode: hasAnswered ? mode : null, hasClient: client !== 'client none' };
  },
};
