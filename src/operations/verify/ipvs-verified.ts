// The proof: what a node's kernel balances is what the API's Services ask for.
import { ask } from '../../facts/fact.ts';
import { bootModules } from '../../facts/host/boot-modules.ts';
import { kernelModules } from '../../facts/host/kernel-modules.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../../facts/ipvs/ipvs-table.ts';
import { ipvsTimeouts } from '../../facts/ipvs/ipvs-timeouts.ts';
import { kubeProxyMode } from '../../facts/ipvs/kube-proxy-mode.ts';
import { apiObjects } from '../../facts/kubernetes/api-objects.ts';
import { clusterConfiguration } from '../../facts/kubernetes/cluster-configuration.ts';
import { wantedNames } from '../kernel/module-choice.ts';
import { defineOperation, type FactReader, type Plan } from '../operation.ts';
import { verifyArgs, type VerifyArgs } from './args.ts';
import { clusterAbsence } from './cluster-absence.ts';
import { checkModules, checkProxyMode, checkTimeouts, type Check } from './host.ts';
import { verifyTable } from './table.ts';
import { verifiedNode } from './verified-node.ts';

export const ipvsVerified = defineOperation({
  name: 'ipvs.verified',
  summary:
    "Compares a node's virtual servers, real servers and kube-ipvs0 addresses with what its Services and endpoints ask for.",
  args: verifyArgs,
  example: `
- name: Compare the kernel with the API
  op: ipvs.verified
  wait: 2m # a change may be on its way
  with:
    node: \${{ host.name }}
    cluster: \${{ cluster }}
    externalIPs: \${{ externalIPs }}
    modules: [ip_vs, 'ip_vs_\${{ cluster.kubeProxy.scheduler }}']
`,
  problemCode: 'verify.drift',
  needs: ({ cluster, modules, oneOf }) => [
    { query: ask(apiObjects, cluster.kubernetes), host: cluster.firstControlPlane },
    { query: ask(clusterConfiguration), host: cluster.firstControlPlane },
    { query: ask(ipvsTable) },
    { query: ask(ipvsAddresses) },
    { query: ask(kubeProxyMode) },
    ...(wantsModules({ modules, oneOf })
      ? [
          { query: ask(kernelModules, { names: wantedNames({ modules, oneOf }) }) },
          { query: ask(bootModules) },
        ]
      : []),
    ...(wantsTimeouts(cluster) ? [{ query: ask(ipvsTimeouts) }] : []),
  ],
  plan(wanted, facts): Plan {
    const absence = clusterAbsence(wanted, facts);
    if (absence !== undefined) return { steps: [], problems: [absence], data: verifiedNode(wanted, facts) };
    const mode = checkProxyMode(wanted.node, facts.get(ask(kubeProxyMode)));
    const checks = [mode, ...hostChecks(wanted, facts)];
    // In another mode nothing is balanced by IPVS: one sentence says it all.
    if (mode.isOtherMode !== true) checks.push(verifyTable(wanted, facts));
    return {
      steps: [],
      problems: checks.flatMap(({ problems }) => problems),
      warnings: checks.flatMap(({ warnings = [] }) => warnings),
      report: checks.flatMap(({ report = [] }) => report),
      data: verifiedNode(wanted, facts),
    };
  },
});

function wantsModules({ modules, oneOf }: Pick<VerifyArgs, 'modules' | 'oneOf'>): boolean {
  return modules.length + oneOf.length > 0;
}

function wantsTimeouts({ kubeProxy }: VerifyArgs['cluster']): boolean {
  return Object.values(kubeProxy.timeouts).some((seconds) => seconds !== undefined);
}

function hostChecks(wanted: VerifyArgs, facts: FactReader): Check[] {
  const { node, cluster, modules, oneOf } = wanted;
  const checks: Check[] = [];
  if (wantsModules(wanted)) {
    const kernel = facts.get(ask(kernelModules, { names: wantedNames({ modules, oneOf }) }));
    checks.push(checkModules(node, { modules, oneOf }, kernel, facts.get(ask(bootModules))));
  }
  if (wantsTimeouts(cluster)) {
    checks.push(checkTimeouts(node, cluster.kubeProxy.timeouts, facts.get(ask(ipvsTimeouts))));
  }
  return checks;
}
