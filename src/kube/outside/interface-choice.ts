// Which interface of a node carries an address that clients ask the network for: each host may call its cards otherwise.

/** A node's choice. */
export interface InterfaceChoice {
  readonly node: string;
  /** Its name; null: the one that has the node's address. */
  readonly interface: string | null;
  /** The name stands at the host itself, and not where all hosts are told of it. */
  readonly isOwn: boolean;
  /** The node's addresses, at most one of each family. */
  readonly addresses: readonly string[];
}

/** What is said of all hosts, and of each. */
export interface InterfaceChoices {
  readonly interface: string | null;
  readonly interfaces: readonly InterfaceChoice[];
}

/** A host's own name comes before the common one. */
export function interfaceChoices(
  common: string | null,
  hosts: readonly {
    readonly name: string;
    readonly interface: string | null;
    readonly addresses: readonly string[];
  }[],
): InterfaceChoices {
  const interfaces = hosts.map(({ name, interface: own, addresses }) => ({
    node: name,
    interface: own ?? common,
    isOwn: own !== null,
    addresses,
  }));
  return { interface: common, interfaces };
}

/** A node of which nothing is said by itself takes what holds for all. */
export function choiceOf({ interface: common, interfaces }: InterfaceChoices, node: string): InterfaceChoice {
  const found = interfaces.find((one) => one.node === node);
  return found ?? { node, interface: common, isOwn: false, addresses: [] };
}
