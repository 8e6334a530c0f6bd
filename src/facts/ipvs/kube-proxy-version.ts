// The version of the kube-proxy that runs. The API does not tell it: what it calls so is the kubelet's.
import { cmd } from '../../core/command.ts';
import type { Fact } from '../fact.ts';
import { askKubeProxy } from './ask-kube-proxy.ts';

/** `v1.20.2`; `null` when kube-proxy does not answer, or does not say. */
export const kubeProxyVersion: Fact<string | null> = {
  name: 'kube-proxy.version',
  scope: 'host',
  probe: () => cmd`${askKubeProxy}
kube_proxy_get /metrics | grep '^kubernetes_build_info' || :`,
  parse({ stdout }) {
    // Older versions call the label gitVersion, newer ones git_version.
    return /\bgit_?[vV]ersion="([^"]+)"/.exec(stdout)?.[1] ?? null;
  },
};
