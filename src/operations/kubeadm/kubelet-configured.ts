// How systemd starts the kubelet, as the cluster's version of kubeadm wants it.
import { z } from 'zod';
import { splitNetworks } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { kubeletUnitFlags } from '../../kube/kubeadm/kubelet-configuration.ts';
import { hostResolver, resolverPath } from '../../facts/network/resolver.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { has } from '../../kube/version-facts.ts';
import { parseVersion } from '../../kube/version.ts';
import { renderTemplate } from '../../render/template.ts';
import { bundleArgs, clusterArg, nodeSettings } from '../args/cluster.ts';
import { hostArg } from '../args/scalars.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation } from '../operation.ts';

const args = z.strictObject({ cluster: clusterArg, node: hostArg, criSocket: bundleArgs.criSocket });

const path = kubernetesPaths.kubeletDropIn;

export const kubeletConfigured = defineOperation({
  name: 'kubelet.configured',
  summary:
    "Writes kubeadm's settings of the kubelet's unit; up to 1.10 the flags too, which no kubeadm gives it.",
  args,
  example: `
- name: Install kubeadm's settings of the kubelet's unit
  op: kubelet.configured
  with: { cluster: '\${{ cluster }}', node: '\${{ host.name }}' }
`,
  needs: (wanted) => [
    { query: ask(textFile, { path }) },
    ...(hasFlags(wanted) ? [{ query: ask(hostResolver) }] : []),
  ],
  plan(wanted, facts) {
    const resolvConf = hasFlags(wanted) ? resolverPath(facts.get(ask(hostResolver))) : undefined;
    const content = dropIn(unitFlags(wanted, resolvConf));
    return { steps: textFileSteps({ path, content }, facts.get(ask(textFile, { path }))) };
  },
});

type Args = z.output<typeof args>;

/** Where kubeadm writes no configuration of the kubelet. */
function hasFlags({ cluster }: Args): boolean {
  return !has(parseVersion(cluster.kubernetes.version), 'kubeletConfiguration');
}

function unitFlags({ cluster, node, criSocket }: Args, resolvConf: string | undefined): readonly string[] {
  const settings = {
    version: parseVersion(cluster.kubernetes.version),
    serviceCIDRs: splitNetworks(cluster.network.services),
    criSocketPath: criSocket,
  };
  return kubeletUnitFlags(settings, { ...nodeSettings(cluster, node), resolvConf });
}

function dropIn(flags: readonly string[]): string {
  if (flags.length === 0) return renderTemplate('kubelet/10-kubeadm.conf', {});
  return renderTemplate('kubelet/10-kubeadm-flags.conf', { flags: flags.map(unitWord) });
}

/** One word of a command line in a unit, whatever it has in it. */
function unitWord(text: string): string {
  if (/^[\w./:=,@-]+$/.test(text)) return text;
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}
