// The version of the kube-proxy that runs. The API does not tell it: what it calls so is the kubelet's.
import { cmd } from '../../core/command.ts';
import type { Fact } from '../fact.ts';
import { httpGet } from '../http-get.ts';

/** `v1.20.2`; `null` when kube-proxy does not answer, or does not say. */
export const kubeProxyVersion: Fact<string | null> = {
  name: 'kube-proxy.version',
  scope: 'host',
  probe: () => cmd`${httpGet}
http_get http://127.0.0.1:10249/metrics 127.0.0.1 10249 /metrics 5 2>/dev/null | grep '^kubernetes_build_info' || :`,
  parse({ stdout }) {
    // Older versions call the label gitVersion, newer ones git_version.
    return /\bgit_?[vV]ersion="([^"]+)"/.exec(stdout)?.[1] ?? null;
  },
};
