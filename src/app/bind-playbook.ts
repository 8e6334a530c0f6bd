// What a playbook comes to for a cluster, before any host is touched.
import type { Redactor } from '../core/secret.ts';
import { operations } from '../operations/registry.ts';
import { runtimeInstalled } from '../operations/runtime/runtime-installed.ts';
import { binariesInstalled } from '../operations/software/binaries-installed.ts';
import { kubernetesPackagesInstalled } from '../operations/software/kubernetes-packages-installed.ts';
import { bindPhases } from '../playbook/bind.ts';
import { expressionLeaves } from '../playbook/leaf.ts';
import { loadPlaybook } from '../playbook/load-playbook.ts';
import type { BoundPhase, Phase } from '../playbook/task.ts';
import { checkNames, choosePhases, type PhaseChoice } from './choose-phases.ts';
import type { Cluster } from './cluster.ts';
import type { Downloads } from './downloads/download-proxy.ts';
import type { KubernetesOffer } from './kubernetes/kubernetes-source.ts';
import type { Reading } from './kubernetes/reading.ts';
import type { RuntimeOffer } from './kubernetes/runtime-source.ts';
import type { PodNetwork } from './pod-network.ts';
import type { Registry } from './registries.ts';
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
  /** Something of Kubernetes is to be installed, and the hosts have yet to say from where: to be bound again then. */
  readonly isSourceOpen: boolean;
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
  const { secrets: reader } = reading;
  const registries = mentions(chosen, /\bregistries\b/) ? await cluster.registries.read(reader) : [];
  const downloads = mentions(chosen, /\bdownloads\b/) ? await cluster.downloads.read(reader) : null;
  const bound = await withFetched(cluster, reading, (offer, runtime, cni) =>
    bindPhases(chosen, {
      hosts: all,
      contextOf: contextOf(cluster, { ...offer, runtime, cni, registries, downloads }, hosts, secrets),
      limit,
    }),
  );
  return { hosts, phases: bound, isSourceOpen: isOpen(cluster, bound) };
}

function isOpen({ kubernetes, runtime }: Cluster, bound: readonly BoundPhase[]): boolean {
  if (kubernetes.choices === undefined) return false;
  return installsKubernetes(bound) || (runtime.isRemote && installsRuntime(bound));
}

/**
 * The manifest of a pod network is read only where some expression, however it is written, asks for its objects; programs
 * and keys are fetched only for a task that installs something, when all else is known to be right.
 */
async function withFetched(
  { kubernetes, runtime, podNetwork }: Cluster,
  reading: Reading,
  bind: (offer: KubernetesOffer, runtime: RuntimeOffer, cni: PodNetwork) => readonly BoundPhase[],
): Promise<readonly BoundPhase[]> {
  const { known } = kubernetes;
  const { bound, cni } = await withPodNetwork(podNetwork, (network) =>
    bind(known, runtime.known(known), network),
  );
  if (kubernetes.choices !== undefined) return bound;
  const wantsKubernetes = kubernetes.isRemote && installsKubernetes(bound);
  const wantsRuntime = runtime.isRemote && installsRuntime(bound);
  if (!wantsKubernetes && !wantsRuntime) return bound;
  const offer = wantsKubernetes ? await kubernetes.read(reading) : known;
  return bind(offer, wantsRuntime ? await runtime.read(offer, reading) : runtime.known(offer), cni);
}

/** Nobody is asked for a password that no expression uses. */
function mentions(phases: readonly Phase[], name: RegExp): boolean {
  return phases.some(({ tasks }) =>
    tasks.some((task) => {
      const written = [...expressionLeaves(task.with).map(({ text }) => text), ...task.when];
      return written.some((text) => name.test(text));
    }),
  );
}

function installsKubernetes(phases: readonly BoundPhase[]): boolean {
  return installs(phases, [binariesInstalled.name, kubernetesPackagesInstalled.name]);
}

function installsRuntime(phases: readonly BoundPhase[]): boolean {
  return installs(phases, [runtimeInstalled.name]);
}

function installs(phases: readonly BoundPhase[], names: readonly string[]): boolean {
  const tasks = phases.flatMap((phase) => phase.tasks);
  return tasks.some(
    ({ operation, hosts }) => names.includes(operation.name) && hosts.some((host) => 'args' in host),
  );
}

async function withPodNetwork<Bound>(
  network: Cluster['podNetwork'],
  bind: (cni: PodNetwork) => Bound,
): Promise<{ readonly bound: Bound; readonly cni: PodNetwork }> {
  const { known } = network;
  let isAsked = false as boolean;
  const watched = {
    ...known,
    get objects() {
      isAsked = true;
      return known.objects;
    },
  };
  try {
    const bound = bind(watched);
    if (!isAsked) return { bound, cni: known };
  } catch (error) {
    if (!isAsked) throw error;
  }
  const cni = await network.read();
  return { bound: bind(cni), cni };
}

/** What the expressions of a playbook see. */
function contextOf(
  { inventory }: Cluster,
  found: KubernetesOffer & {
    readonly runtime: RuntimeOffer;
    readonly cni: PodNetwork;
    readonly registries: readonly Registry[];
    readonly downloads: Downloads | null;
  },
  taking: readonly string[],
  secrets: RunSecrets,
) {
  const { cluster, hosts, workloads, externalIPs, binding, claims } = inventory;
  const source = inventory.source.kind;
  const run = { ...secrets, hosts: taking };
  const common = { cluster, source, ...found, workloads, externalIPs, binding, claims, run };
  return (name: string) => {
    const host = hosts.find((one) => one.name === name) ?? { name };
    return { ...common, host };
  };
}
