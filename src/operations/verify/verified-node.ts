// What verify tells of a node besides its findings: for pictures and programs, also when something was found.
import { ask } from '../../facts/fact.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { ipvsTable } from '../../facts/ipvs/ipvs-table.ts';
import { kubeProxyMode } from '../../facts/ipvs/kube-proxy-mode.ts';
import { apiObjects } from '../../facts/kubernetes/api-objects.ts';
import { expectedProxy } from '../../ipvs/expected/expected-proxy.ts';
import type { FactReader } from '../operation.ts';
import type { NodeReport } from '../report-data.ts';
import type { VerifyArgs } from './args.ts';
import { liveProxyOf } from '../args/live-proxy.ts';
import { nodeReport, viewOutside } from './node-report.ts';

/** From the facts that verify needs anyway. */
export function verifiedNode(wanted: VerifyArgs, facts: FactReader): NodeReport {
  const { node: name, cluster } = wanted;
  const { kubernetes, firstControlPlane } = cluster;
  const known = cluster.nodes.find((one) => one.name === name);
  return nodeReport({
    node: known ?? { name, address: '', roles: [] },
    proxy: expectedProxy(cluster, liveProxyOf(cluster, facts)),
    proxyMode: facts.get(ask(kubeProxyMode)).mode,
    outside: viewOutside(facts.get(ask(apiObjects, kubernetes), firstControlPlane)),
    table: facts.get(ask(ipvsTable)),
    host: facts.get(ask(ipvsAddresses)),
  });
}
