// What is said of pods that do not run.
import { ask, type FactQuery } from '../../facts/fact.ts';
import { namespacePods, type NamespacePods } from '../../facts/kubernetes/namespace-pods.ts';
import { dnsApp, dnsService } from '../../kube/objects/cluster-dns-view.ts';
import type { PodState } from '../../kube/objects/pod-state.ts';
import type { FactNeed, Plan } from '../operation.ts';
import type { ApiPlace } from './with-api.ts';

/** The pods of a namespace, as the API of a control plane has them; by default those of the cluster itself. */
export function podsNeed(
  { from }: Pick<ApiPlace, 'from'>,
  namespace = 'kube-system',
): FactNeed & { readonly query: FactQuery<NamespacePods> } {
  return { query: ask(namespacePods, { namespace }), host: from };
}

/** `coredns-5d78c on worker1: CrashLoopBackOff: …` */
export function podInWords({ name, node, reason }: PodState): string {
  const place = node === null ? 'on no node yet' : `on ${node}`;
  return `${name} ${place}: ${reason ?? 'ready'}`;
}

/** Those of the pods with these labels that are not well, the worst first. */
export function podsNotWell(
  pods: readonly PodState[],
  wanted: Readonly<Record<string, string>>,
): readonly PodState[] {
  const own = pods.filter(({ labels }) =>
    Object.entries(wanted).every(([name, value]) => labels[name] === value),
  );
  return [
    ...own.filter(({ state }) => state === 'failing'),
    ...own.filter(({ state }) => state === 'starting'),
  ];
}

/** The labels of the pods of the cluster's DNS. */
export const dnsPodLabels = { 'k8s-app': dnsApp };

/** The same for those who select pods. */
export const dnsPods = { namespace: dnsService.namespace, selector: `k8s-app=${dnsApp}` };

/** What a plan waits for: how far it has come, what keeps the worst of the pods, and what to do about that. */
export function waitForPods(
  progress: readonly string[],
  notWell: readonly PodState[],
): Pick<Plan, 'pending' | 'pendingHint'> {
  const worst = notWell.find(({ state }) => state === 'failing') ?? notWell[0];
  return {
    pending: [...progress, ...(worst === undefined ? [] : [podInWords(worst)])].join('; '),
    ...(worst?.state === 'failing' ? { pendingHint: podHint(worst) } : {}),
  };
}

const deleteDnsPods = `then delete its pods, so that they read it anew: kubectl -n ${dnsService.namespace} delete pod -l k8s-app=${dnsApp}`;

/** What a reason asks for, the first that fits. */
const hints: readonly (readonly [pattern: RegExp, hint: (pod: PodState) => string])[] = [
  [
    /no valid upstream addresses found/,
    (pod) =>
      `CoreDNS finds nobody to send other names to: /etc/resolv.conf of ${placeOf(pod)} has no "nameserver" line. Write one there, ${deleteDnsPods}`,
  ],
  [
    /plugin\/loop|Loop \(.*detected/,
    (pod) =>
      `CoreDNS would ask itself: /etc/resolv.conf of ${placeOf(pod)} names an address of this machine (127.0.0.x) as its name server. Give the kubelet a file that names a real one (KUBELET_EXTRA_ARGS=--resolv-conf=FILE in /etc/default/kubelet or, with rpm, /etc/sysconfig/kubelet; with systemd-resolved FILE is /run/systemd/resolve/resolv.conf), restart it (systemctl restart kubelet), ${deleteDnsPods}`,
  ],
  [
    /ImagePull|ErrImage|InvalidImageName/,
    (pod) =>
      `${placeOf(pod)} does not have the image and cannot fetch it. Those of a bundle are brought by "up"; others come from a registry, which it must reach`,
  ],
  [
    /Unschedulable/,
    () => 'The reason tells what no node offers: room, a label, or a toleration of its taints',
  ],
  [
    /Evicted/,
    (pod) =>
      `Its node ran out of something. When a new pod runs instead, take it away: ${kubectlPod('delete', pod)}`,
  ],
  [/does not end/, (pod) => `Look after the kubelet of ${placeOf(pod)}: it has to end the pod`],
];

/** What to do about a pod that does not run. */
export function podHint(pod: PodState): string {
  const found = hints.find(([pattern]) => pattern.test(pod.reason ?? ''));
  return found === undefined ? `Look closer: ${kubectlPod('describe', pod)}, and its logs` : found[1](pod);
}

function placeOf({ node }: PodState): string {
  return node ?? 'the node';
}

function kubectlPod(verb: string, { name, namespace }: PodState): string {
  return `kubectl -n ${namespace} ${verb} pod ${name}`;
}
