// What to do about a packet that a host's rules keep out, in the words of the firewall that they are of.
import type { Obstacle } from './verdict.ts';

/** Packets that are to be let in, for the example. */
export interface Opening {
  readonly protocol: 'tcp' | 'udp' | 'vrrp';
  readonly ports: readonly number[];
  /** Address of one of those who send them. */
  readonly source: string;
}

export type FirewallKind = 'firewalld' | 'ufw' | 'nftables' | 'iptables';

/** Whose rules these are, by the names of its chains. */
export function firewallKind({ table }: Pick<Obstacle, 'table'>): FirewallKind {
  const chains = Object.keys(table.chains);
  if (table.origin.endsWith(' firewalld') || chains.includes('INPUT_ZONES')) return 'firewalld';
  if (chains.some((name) => /^ufw6?-user-input$/.test(name))) return 'ufw';
  return table.origin.startsWith('nft ') ? 'nftables' : 'iptables';
}

/** A command that lets them in. */
export function openingCommand(obstacle: Obstacle, opening: Opening): string {
  const { protocol, ports, source } = opening;
  const family = source.includes(':') ? 'ip6' : 'ip';
  switch (firewallKind(obstacle)) {
    case 'firewalld': {
      const wanted =
        protocol === 'vrrp' ? ['--add-protocol=vrrp'] : ports.map((port) => `--add-port=${port}/${protocol}`);
      return `firewall-cmd --permanent ${wanted.join(' ')} && firewall-cmd --reload`;
    }
    case 'ufw':
      return protocol === 'vrrp'
        ? `ufw allow from ${source}`
        : `ufw allow from ${source} to any port ${ports.join(',')} proto ${protocol}`;
    case 'nftables': {
      const [, ...place] = obstacle.table.origin.split(' ');
      const what = protocol === 'vrrp' ? 'ip protocol vrrp' : `${protocol} dport { ${ports.join(', ')} }`;
      return `nft insert rule ${place.join(' ')} ${obstacle.chain} ${family} saddr ${source} ${what} accept`;
    }
    case 'iptables': {
      const what =
        protocol === 'vrrp' ? '-p vrrp' : `-p ${protocol} -m multiport --dports ${ports.join(',')}`;
      return `${iptablesOf(obstacle)} -I INPUT -s ${source} ${what} -j ACCEPT`;
    }
  }
}

/** A command that lets the pods' packets through. */
export function podsCommand(obstacle: Obstacle, pods: string, hook: 'input' | 'forward'): string {
  const family = pods.includes(':') ? 'ip6' : 'ip';
  switch (firewallKind(obstacle)) {
    case 'firewalld':
      return `firewall-cmd --permanent --zone=trusted --add-source=${pods} && firewall-cmd --reload`;
    case 'ufw':
      return hook === 'input' ? `ufw allow from ${pods}` : `ufw route allow from ${pods}`;
    case 'nftables': {
      const [, ...place] = obstacle.table.origin.split(' ');
      const rule = `nft insert rule ${place.join(' ')} ${obstacle.chain} ${family}`;
      return hook === 'input'
        ? `${rule} saddr ${pods} accept`
        : `${rule} saddr ${pods} accept, and the same with daddr`;
    }
    case 'iptables': {
      const chain = hook === 'input' ? 'INPUT' : 'FORWARD';
      const rule = `${iptablesOf(obstacle)} -I ${chain} -s ${pods} -j ACCEPT`;
      return hook === 'input' ? rule : `${rule}, and the same with -d`;
    }
  }
}

/** `iptables-nft` is what plain iptables nearly always is; the other flavour must be named. */
function iptablesOf({ table: { origin } }: Obstacle): string {
  return origin.replace(/-nft$/, '');
}

/** What keeps a packet out, for people. */
export function obstacleText({ table, chain, rule }: Obstacle): string {
  const place = `${iptablesOf({ table, chain })}, chain ${chain}`;
  return rule === undefined
    ? `by the policy of the chain (${place})`
    : `by the rule "${rule.text}" (${place})`;
}
