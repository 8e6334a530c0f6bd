// The Services' external IPs on a node, where kube-proxy puts them by itself.
import { z } from 'zod';
import { canonicalIp } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import {
  boundAddresses,
  dummyInterface,
  otherAddresses,
  type HostAddresses,
} from '../../ipvs/host-addresses.ts';
import { externalIPsOf } from '../../kube/objects/workloads.ts';
import { has } from '../../kube/version-facts.ts';
import { minorOf, parseVersion, type KubernetesVersion } from '../../kube/version.ts';
import { workloadArgs } from '../args/workloads.ts';
import { defineOperation, unchanged, type Problem } from '../operation.ts';

export const externalIPsBound = defineOperation({
  name: 'external-ips.bound',
  summary: "Waits until kube-proxy has bound the workloads' external IPs to kube-ipvs0 of the host.",
  args: z.strictObject(workloadArgs.omit({ from: true }).shape),
  example: `
- name: Wait until kube-proxy has bound the external IPs
  op: external-ips.bound
  when: ['\${{ binding.kubeProxyBinds }}']
  wait: 3m
  with:
    version: \${{ cluster.kubernetes.version }}
    workloads: \${{ workloads }}
`,
  needs: () => [{ query: ask(ipvsAddresses) }],
  plan({ version: text, workloads }, facts) {
    const wanted = externalIPsOf(workloads).map(canonicalIp);
    if (wanted.length === 0) return unchanged;
    const version = parseVersion(text);
    if (!has(version, 'bindsExternalIPs')) return { steps: [], problems: [tooOld(version)] };
    const missing = unbound(wanted, facts.get(ask(ipvsAddresses)), version);
    if (missing.length === 0) return unchanged;
    return { steps: [], pending: `not on ${dummyInterface} yet: ${missing.join(', ')}` };
  },
});

function unbound(
  wanted: readonly string[],
  host: HostAddresses,
  version: KubernetesVersion,
): readonly string[] {
  const bound = boundAddresses(host) ?? [];
  const elsewhere = has(version, 'leavesForeignAddresses')
    ? otherAddresses(host).map(({ address }) => address)
    : [];
  return wanted.filter((address) => !bound.includes(address) && !elsewhere.includes(address));
}

function tooOld(version: KubernetesVersion): Problem {
  return {
    message: `kube-proxy ${minorOf(version)} does not bind external IPs by itself`,
    hint: 'Let this program bind them to an interface: external-ips.configured does it.',
  };
}
