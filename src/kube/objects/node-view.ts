// What the program wants to know of a Node object.
import { defined } from '../../core/defined.ts';
import { listAt, ofKind, textAt, textsAt, valueAt, type KubernetesObject } from './object.ts';

export interface NodeView {
  readonly name: string;
  /** Addresses of type InternalIP. */
  readonly addresses: readonly string[];
  /** Empty until the controller manager has given the node its pods' networks. */
  readonly podCIDRs: readonly string[];
  readonly isReady: boolean;
  /** What the kubelet says about it; absent when it is ready, or says nothing. */
  readonly notReadyReason?: string;
  readonly isControlPlane: boolean;
  /** Null for a node without the label. */
  readonly zone: string | null;
  /** As the kubelet reports it: `v1.20.2`. */
  readonly kubeletVersion: string;
}

/** All nodes, in the API's order. */
export function viewNodes(objects: readonly KubernetesObject[]): readonly NodeView[] {
  return ofKind(objects, 'Node').map(viewNode);
}

function viewNode(node: KubernetesObject): NodeView {
  const labels = node.metadata.labels ?? {};
  const ready = listAt(node, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  const isReady = textAt(ready, 'status') === 'True';
  return {
    name: node.metadata.name,
    addresses: listAt(node, 'status', 'addresses')
      .filter((address) => textAt(address, 'type') === 'InternalIP')
      .flatMap((address) => textAt(address, 'address') ?? []),
    podCIDRs: podCIDRs(node),
    isReady,
    ...defined({ notReadyReason: isReady ? undefined : textAt(ready, 'message') }),
    // "master" alone to 1.19, both to 1.23, "control-plane" alone from 1.24.
    isControlPlane: ['control-plane', 'master'].some((role) => `node-role.kubernetes.io/${role}` in labels),
    zone: labels['topology.kubernetes.io/zone'] || null,
    kubeletVersion: textAt(node, 'status', 'nodeInfo', 'kubeletVersion') ?? '',
  };
}

/** podCIDRs came with dual-stack in 1.16; podCIDR is there in every version. */
function podCIDRs(node: KubernetesObject): readonly string[] {
  if (valueAt(node, 'spec', 'podCIDRs') !== undefined) return textsAt(node, 'spec', 'podCIDRs');
  const only = textAt(node, 'spec', 'podCIDR');
  return only === undefined || only === '' ? [] : [only];
}
