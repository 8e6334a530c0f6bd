// The objects of a pod network's manifest in the cluster, and its pods running on every node.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { awaitedApi } from '../../facts/kubernetes/api-objects.ts';
import { namedObjects, type ObjectToFind } from '../../facts/kubernetes/named-objects.ts';
import { podNetworkHost, type PodNetworkHost } from '../../facts/kubernetes/pod-network-host.ts';
import { manifestObject } from '../../kube/objects/manifest.ts';
import { isJsonObject, objectName, valueAt, type KubernetesObject } from '../../kube/objects/object.ts';
import { viewWorkload } from '../../kube/objects/workload-view.ts';
import { podNetworkPaths } from '../../kube/pod-network.ts';
import { parseVersion } from '../../kube/version.ts';
import { findLive, foreignManifestSteps } from '../api-objects/foreign-manifest-steps.ts';
import { apiArgs } from '../args/api.ts';
import { podsDiagnosis } from '../args/diagnosis.ts';
import { podsNeed, podsNotWell, waitForPods } from '../args/pods.ts';
import { defineOperation, type Problem } from '../operation.ts';

export const podNetworkApplied = defineOperation({
  name: 'pod-network.applied',
  summary: "Creates or changes the objects of a pod network's manifest, and waits until its pods run.",
  args: z.strictObject({
    ...apiArgs,
    objects: z
      .array(manifestObject)
      .min(1)
      .meta({ description: 'The objects, as `${{ cni.objects }}` gives them.' }),
  }),
  example: `
- name: Apply a pod network's manifest
  op: pod-network.applied
  on: first-control-plane
  wait: 10m # until its pods run on every node
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    objects: # or \${{ cni.objects }}, where the inventory names a manifest
      - { apiVersion: v1, kind: Namespace, metadata: { name: kube-flannel } }
`,
  needs: ({ objects, from }) => [
    { query: liveQuery(objects), host: from },
    { query: ask(podNetworkHost), host: from },
    ...workloadNamespaces(objects).map((namespace) => podsNeed({ from }, namespace)),
  ],
  diagnosis: ({ objects, ...api }) => ({
    ...podsDiagnosis(
      api,
      workloadNamespaces(objects).map((namespace) => ({ namespace })),
    ),
    // Other pods of such a namespace may not run for reasons of their own.
    decisive: [],
  }),
  reactsTo: (_args, { operation }) => ['control-plane.initialized', 'node.joined'].includes(operation),
  plan({ objects, from, version }, facts) {
    const api = facts.get(liveQuery(objects), from);
    if (!api.reachable) return { steps: [], pending: awaitedApi(api) };
    const problems = otherNetworks(facts.get(ask(podNetworkHost), from), objects, api.items);
    if (problems.length > 0) return { steps: [], problems };
    const steps = foreignManifestSteps({ objects, live: api.items, version: parseVersion(version), from });
    const unfinished = objects.flatMap((object) => unfinishedWorkload(findLive(object, api.items)));
    if (unfinished.length === 0) return { steps };
    const pods = unfinished.flatMap(({ namespace, podLabels }) => {
      const { query, host } = podsNeed({ from }, namespace);
      const answer = facts.get(query, host);
      return answer.reachable ? podsNotWell(answer.pods, podLabels) : [];
    });
    const progress = unfinished.map(({ inWords }) => inWords);
    return { steps, ...waitForPods(progress, pods) };
  },
});

function liveQuery(objects: readonly KubernetesObject[]) {
  return ask(namedObjects, { objects: objects.map(identityOf) });
}

function identityOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): ObjectToFind {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** Nothing of the manifest is in the cluster, and something connects its pods already. */
function otherNetworks(
  { isNode, before, configurations }: PodNetworkHost,
  objects: readonly KubernetesObject[],
  live: readonly KubernetesObject[],
): readonly Problem[] {
  const isApplied = objects.some((object) => viewWorkload(object) && findLive(object, live));
  if (isApplied || !isNode) return [];
  return configurations
    .filter(({ name }) => before?.files.includes(name) !== true)
    .map(({ name }) => ({
      message: `the pods of this cluster are connected by another network than that of the manifest: ${podNetworkPaths.cniDirectory}/${name}`,
      hint: 'A cluster keeps its pod network: its pods would lose each other on the way to another one. Name the manifest of that one, or "reset" the cluster first.',
    }));
}

/** Without one, kubectl takes "default". */
function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? 'default';
}

function workloadNamespaces(objects: readonly KubernetesObject[]): readonly string[] {
  const workloads = objects.filter((object) => viewWorkload(object) !== undefined);
  return [...new Set(workloads.map(namespaceOf))];
}

interface UnfinishedWorkload {
  readonly inWords: string;
  readonly namespace: string;
  /** What its selector asks for; expressions in it only narrow that down. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** None, or the one, when it has not all its pods yet. */
function unfinishedWorkload(live: KubernetesObject | undefined): readonly UnfinishedWorkload[] {
  const progress = live && viewWorkload(live);
  if (live === undefined || progress === undefined || progress.isComplete) return [];
  const labels = valueAt(live, 'spec', 'selector', 'matchLabels');
  return [
    {
      inWords: `${objectName(live)} has ${progress.ready} of ${progress.wanted} pods ready`,
      namespace: namespaceOf(live),
      podLabels: isJsonObject(labels) ? (labels as Readonly<Record<string, string>>) : {},
    },
  ];
}
