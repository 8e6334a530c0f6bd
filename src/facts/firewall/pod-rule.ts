// The rules that let pods' packets through a host that forwards only what a rule allows, for the built-in pod network.
import { isIpv6, splitNetworks } from '../../core/ip.ts';
import { managedDirectories } from '../../core/managed.ts';
import { podNetworkName } from '../../kube/pod-network.ts';

/** The unit that brings the rules back after a boot, and when a firewall has been restarted. */
export const podRulesUnit = 'ipvs-bootstrap-pod-rules.service';

export const podRulesPaths = {
  script: `${managedDirectories.config}/pod-rules.sh`,
  unit: `/etc/systemd/system/${podRulesUnit}`,
} as const;

/** By their comment ours are told from others. */
export const podRulesComment = `${podNetworkName}-pods`;

/** Services of firewalls that forget other people's rules when they are restarted. */
export const firewallUnits = [
  'firewalld.service',
  'ip6tables.service',
  'iptables.service',
  'netfilter-persistent.service',
  'nftables.service',
  'ufw.service',
] as const;

/** A rule of the table filter, for `iptables -C`, `-I` and `-D`. */
export interface PodRule {
  readonly command: 'iptables' | 'ip6tables';
  readonly chain: 'FORWARD' | 'INPUT';
  /** Match and target, words separated by blanks. */
  readonly rule: string;
}

export interface PodRulesArgs {
  /** CIDRs of both families, separated by commas. */
  readonly pods: string;
  readonly services: string;
  /** The port of the API, where the host serves it. */
  readonly apiPort: number | null;
}

/**
 * From and to pods everything is forwarded: what pods may do is said by network policies. A Service's packet comes to the
 * host that balances it first, and one for the API to that host.
 */
export function podRules({ pods, services, apiPort }: PodRulesArgs): readonly PodRule[] {
  const marked = `-m comment --comment ${podRulesComment} -j ACCEPT`;
  return splitNetworks(pods).flatMap((network): readonly PodRule[] => {
    const command = isIpv6(network) ? 'ip6tables' : 'iptables';
    const own = splitNetworks(services).filter((one) => isIpv6(one) === isIpv6(network));
    const api = apiPort === null ? [] : [`-s ${network} -p tcp -m tcp --dport ${apiPort} ${marked}`];
    return [
      { command, chain: 'FORWARD', rule: `-s ${network} ${marked}` },
      { command, chain: 'FORWARD', rule: `-d ${network} ${marked}` },
      ...[...own.map((service) => `-s ${network} -d ${service} ${marked}`), ...api].map((rule): PodRule => ({
        command,
        chain: 'INPUT',
        rule,
      })),
    ];
  });
}
