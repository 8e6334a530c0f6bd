// The members of the stacked etcd, as the one on a control plane knows them.
import { cmd, script, type Command } from '../../core/command.ts';
import { askEtcd } from '../../kube/etcd.ts';
import { isJsonObject, listAt, textAt, textsAt } from '../../kube/objects/object.ts';
import type { Fact } from '../fact.ts';

export interface EtcdMember {
  /** As etcd's own interface writes it: decimal. */
  readonly id: string;
  /** The node's name; empty as long as the member was never started. */
  readonly name: string;
  readonly peerURLs: readonly string[];
}

/** `null` when there is no etcd, or none that answers. Ask a control plane, with its node's name. */
export const etcdMembers: Fact<readonly EtcdMember[] | null, { readonly node: string }> = {
  name: 'etcd.members',
  scope: 'cluster',
  probe: ({ node }) => cmd`${askEtcd(node)}\n${list}`,
  parse({ stdout, exitCode }) {
    if (exitCode !== 0) return null;
    const text = stdout.trim();
    return text.startsWith('{') ? fromGateway(text) : fromClient(text);
  },
};

const list: Command = script('list_members 2>/dev/null');

function fromGateway(text: string): readonly EtcdMember[] | null {
  const answer: unknown = JSON.parse(text);
  if (!isJsonObject(answer)) return null;
  return listAt(answer, 'members').map((member) => ({
    id: textAt(member, 'ID') ?? '',
    name: textAt(member, 'name') ?? '',
    peerURLs: textsAt(member, 'peerURLs'),
  }));
}

/** Lines of etcdctl: identity in hexadecimal, state, name, peer URLs, client URLs. */
function fromClient(text: string): readonly EtcdMember[] {
  return [...text.matchAll(/^([0-9a-f]+), \w+, ([^,]*), (\S*?)(?:,|$)/gm)].map(
    ([, id = '', name = '', url = '']) => ({ id: BigInt(`0x${id}`).toString(), name, peerURLs: [url] }),
  );
}
