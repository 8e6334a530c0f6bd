// A difference between the expected and the real table: data for programs, a sentence and a hint for people.
import type { Protocol } from '../../core/protocol.ts';
import type { ExpectedServer } from '../expected/expected-state.ts';
import { formatServiceName, type ServiceName } from '../service-name.ts';
import { virtualServerKey } from '../table/model.ts';

export type FindingKind =
  | 'virtual-server.missing'
  | 'virtual-server.extra'
  | 'virtual-server.contested'
  | 'scheduler.wrong'
  | 'persistence.wrong'
  | 'real-server.missing'
  | 'real-server.extra'
  | 'real-server.weight-zero'
  | 'real-server.forwarding'
  | 'interface.missing'
  | 'address.missing'
  | 'address.extra';

export interface Finding {
  readonly kind: FindingKind;
  readonly node: string;
  /** The balanced or bound address; `null` for the interface itself. */
  readonly address: string | null;
  readonly port: number | null;
  readonly protocol: Protocol | null;
  /** `address:port` of the real server it is about. */
  readonly realServer: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  /** The Service it belongs to, where there is one. */
  readonly owner: ServiceName | null;
  readonly message: string;
  readonly hint: string;
}

/** What is left out is `null`. */
export type FindingParts = Pick<Finding, 'kind' | 'node' | 'message' | 'hint'> & Partial<Finding>;

export function makeFinding(parts: FindingParts): Finding {
  const nothing = { address: null, port: null, protocol: null, realServer: null };
  return { ...nothing, expected: null, actual: null, owner: null, ...parts };
}

const kindWords = {
  'cluster-ip': 'cluster IP',
  'external-ip': 'external IP',
  'load-balancer': 'load-balancer IP',
  'node-port': 'node port',
} as const;

/** `TCP 10.77.0.101:80 (external IP of user-a-ns/nginx)` */
export function describeServer(server: ExpectedServer): string {
  return `${virtualServerKey(server)} (${kindWords[server.kind]} of ${formatServiceName(server.owners[0])})`;
}

/** The command that shows what kube-proxy of a node says. */
export function proxyLogHint(node: string): string {
  return (
    `kube-proxy repairs this within 30 seconds; if it stays, read what it says: ` +
    `kubectl -n kube-system logs -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}`
  );
}
