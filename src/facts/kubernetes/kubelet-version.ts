// The version of a node's kubelet. Asked only where the host is a node: elsewhere what is installed gets replaced.
import { cmd } from '../../core/command.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

/** Such as "v1.20.2"; `null` where the host is no node, or has no kubelet any more. */
export const kubeletVersion: Fact<string | null> = {
  name: 'kubelet.version',
  scope: 'host',
  probe: () =>
    cmd`if [ -e ${kubernetesPaths.kubeletKubeconfig} ] && command -v kubelet >/dev/null; then kubelet --version; fi`,
  parse({ stdout, stderr, exitCode }) {
    if (exitCode !== 0) throw new Error(`the kubelet does not tell its version: ${stderr.trim()}`);
    if (stdout === '') return null;
    const version = /^Kubernetes (v\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
    if (version === undefined) throw new Error(`unexpected answer: ${stdout.slice(0, 80)}`);
    return version;
  },
};
