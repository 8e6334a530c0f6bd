// The rules by which a host lets packets in and through, as plain data: those of iptables and those of nftables alike.

/** What a rule asks of a packet. `unknown`: something that cannot be told beforehand, such as a mark or an IP set. */
export type Match =
  | {
      readonly on: 'protocol' | 'state' | 'destinationType';
      readonly is: readonly string[];
      readonly not?: true;
    }
  | { readonly on: 'family'; readonly is: readonly string[]; readonly not?: true }
  | { readonly on: 'inInterface' | 'outInterface'; readonly is: readonly string[]; readonly not?: true }
  /** Addresses, ranges and CIDRs. */
  | { readonly on: 'source' | 'destination'; readonly is: readonly string[]; readonly not?: true }
  /** Ports and ranges such as 8000-8010. */
  | { readonly on: 'port' | 'sourcePort'; readonly is: readonly string[]; readonly not?: true }
  | { readonly on: 'unknown' }
  | { readonly on: 'never' };

/** What becomes of a packet that a rule is about. `unknown`: a target that may do anything. */
export type Action =
  | { readonly does: 'accept' | 'drop' | 'reject' | 'return' | 'continue' | 'unknown' }
  | { readonly does: 'jump' | 'goto'; readonly chain: string };

export interface FilterRule {
  /** As its program writes it. */
  readonly text: string;
  readonly matches: readonly Match[];
  readonly action: Action;
}

/** A chain that the kernel itself sends packets to. */
export interface BaseChain {
  readonly chain: string;
  readonly hook: 'input' | 'forward';
  /** What becomes of packets that come to its end. */
  readonly policy: 'accept' | 'drop';
}

/** A table of rules. A packet must get through all tables that have a chain for it. */
export interface FilterTable {
  /** `iptables-nft`, `ip6tables-legacy`, …, or `nft` with family and name of the table: `nft inet firewalld`. */
  readonly origin: string;
  readonly families: readonly (4 | 6)[];
  readonly bases: readonly BaseChain[];
  readonly chains: Readonly<Record<string, readonly FilterRule[]>>;
}
