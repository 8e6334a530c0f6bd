// What the system of a node is: a release of Debian, and a generation of containerd.

import type { Release } from '../local/debian/releases.ts';

export { codenames, releases, type Release } from '../local/debian/releases.ts';

/** Generations of containerd: Debian's own package, and 2 built from source. */
export const containerds = ['1', '2'] as const;

export interface NodeKind {
  readonly release: Release;
  readonly containerd: (typeof containerds)[number];
}

/** What a lab has when nothing is asked for. */
export const defaultKind: NodeKind = { release: '12', containerd: '1' };

/** For people, and unique. */
export function kindName({ release, containerd }: NodeKind): string {
  return `Debian ${release} with containerd ${containerd}`;
}

/** The kinds of some nodes, each once. */
export function kindsOf(nodes: readonly NodeKind[]): readonly NodeKind[] {
  const byName = nodes.map(({ release, containerd }) => {
    const kind = { release, containerd };
    return [kindName(kind), kind] as const;
  });
  return [...new Map(byName).values()];
}
