// What a playbook comes to for a cluster, before any host is touched.
import type { Bundle } from '../bundle/load.ts';
import type { Redactor } from '../core/secret.ts';
import { operations } from '../operations/registry.ts';
import { bindPhases } from '../playbook/bind.ts';
import { loadPlaybook } from '../playbook/load-playbook.ts';
import type { BoundPhase } from '../playbook/task.ts';
import { checkNames, choosePhases, type PhaseChoice } from './choose-phases.ts';
import type { Cluster } from './cluster.ts';
import type { Reading } from './kubernetes-source.ts';
import type { PodNetwork } from './pod-network.ts';
import { createRunSecrets, type RunSecrets } from './run-secrets.ts';

export interface PlaybookChoice extends PhaseChoice {
  /** Path of the playbook. */
  readonly playbook: string;
  /** Only these hosts take part. */
  readonly limit?: readonly string[] | undefined;
}

export interface BoundPlaybook {
  /** Names of the hosts that take part. */
  readonly hosts: readonly string[];
  readonly phases: readonly BoundPhase[];
}

/**
 * Reads, evaluates and checks all that is known without the hosts.
 * @throws ErrorList of `playbook.invalid` or `usage`
 */
export async function bindPlaybook(
  cluster: Cluster,
  { playbook, limit, ...choice }: PlaybookChoice,
  redactor: Redactor,
  reading: Reading,
): Promise<BoundPlaybook> {
  const all = cluster.inventory.hosts;
  const names = all.map(({ name }) => name);
  checkNames('host', limit ?? [], names);
  const { phases } = await loadPlaybook(playbook, operations);
  const hosts = names.filter((name) => limit?.includes(name) ?? true);
  const chosen = choosePhases(phases, choice);
  const secrets = createRunSecrets(redactor);
  const bound = await withFetched(cluster, reading, (bundle, cni) =>
    bindPhases(chosen, { hosts: all, contextOf: contextOf(cluster, { bundle, cni }, hosts, secrets), limit }),
  );
  return { hosts, phases: bound };
}

/**
 * The manifest of a pod network is read, and the files of a bundle are fetched, only where some expression, however it is
 * written, asks for them.
 */
async function withFetched<Bound>(
  { kubernetes, podNetwork }: Cluster,
  reading: Reading,
  bind: (bundle: Bundle, cni: PodNetwork) => Bound,
): Promise<Bound> {
  let { known: bundle } = kubernetes;
  let { known: cni } = podNetwork;
  const files = kubernetes.isRemote ? watched(bundle.manifest, 'files') : plain(bundle.manifest);
  const objects = watched(cni, 'objects');
  try {
    const bound = bind({ ...bundle, manifest: files.value }, objects.value);
    if (!files.isAsked() && !objects.isAsked()) return bound;
  } catch (error) {
    if (!files.isAsked() && !objects.isAsked()) throw error;
  }
  if (objects.isAsked()) cni = await podNetwork.read();
  if (files.isAsked()) bundle = await kubernetes.read(reading);
  return bind(bundle, cni);
}

interface Watched<Value> {
  readonly value: Value;
  readonly isAsked: () => boolean;
}

/** What is at hand, so that nobody cares who looks at it. */
function plain<Value>(value: Value): Watched<Value> {
  return { value, isAsked: () => false };
}

/** A copy that remembers whether anybody has looked at one of its parts. */
function watched<Value extends object>(original: Value, part: keyof Value & string): Watched<Value> {
  let isAsked = false;
  const value = Object.defineProperty({ ...original }, part, {
    enumerable: true,
    get: () => {
      isAsked = true;
      return original[part];
    },
  });
  return { value, isAsked: () => isAsked };
}

/** What the expressions of a playbook see. */
function contextOf(
  { inventory }: Cluster,
  { bundle, cni }: { readonly bundle: Bundle; readonly cni: PodNetwork },
  taking: readonly string[],
  secrets: RunSecrets,
) {
  const { cluster, hosts, workloads, externalIPs, binding, claims } = inventory;
  const run = { ...secrets, hosts: taking };
  const common = { cluster, bundle, cni, workloads, externalIPs, binding, claims, run };
  return (name: string) => {
    const host = hosts.find((one) => one.name === name) ?? { name };
    return { ...common, host };
  };
}
