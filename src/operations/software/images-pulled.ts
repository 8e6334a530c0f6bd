// The images that a host will need, pulled before anything of the cluster changes.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { containerImages } from '../../facts/host/container-images.ts';
import { containerdVersion } from '../../facts/host/containerd-version.ts';
import { kubeadmImages } from '../../facts/kubernetes/kubeadm-images.ts';
import { kubernetesNode } from '../../facts/kubernetes/kubernetes-node.ts';
import { usedImage } from '../../kube/dns-image.ts';
import { fullReference } from '../../kube/objects/image-reference.ts';
import { parseVersion } from '../../kube/version.ts';
import { compareVersions } from '../../platform/distributions.ts';
import { clusterArg, nodeSettings } from '../args/cluster.ts';
import { hostArg } from '../args/scalars.ts';
import { defineOperation, type FactReader, type Plan, type Step } from '../operation.ts';
import { pullCommand } from './pull-command.ts';

const pullTimeoutMs = 60 * 60_000;

const args = z.strictObject({
  cluster: clusterArg,
  node: hostArg,
  imageRepository: z
    .string()
    .min(1)
    .meta({ description: "The repository of Kubernetes' images, as `bundle.manifest` names it." }),
  workloads: z
    .array(z.object({ deployments: z.array(z.object({ image: z.string().min(1) })) }))
    .default([])
    .meta({ description: 'The workloads, as `${{ workloads }}`: their images are for workers.' }),
});

type Args = z.output<typeof args>;

export const imagesPulled = defineOperation({
  name: 'images.pulled',
  summary:
    'Has containerd pull the images that the host will need: those that its kubeadm names, as long as it is no node, and those of the workloads on a worker. Images that are there already are left as they are.',
  args,
  example: `
- name: Pull the images that this host will need
  op: images.pulled
  with:
    cluster: \${{ cluster }}
    node: \${{ host.name }}
    imageRepository: \${{ bundle.manifest.imageRepository }}
    workloads: \${{ workloads }}
`,
  needs: (wanted) => [
    { query: ask(containerImages) },
    { query: ask(containerdVersion) },
    { query: ask(kubernetesNode) },
    { query: askKubeadm(wanted) },
  ],
  // Another kubeadm may name others.
  reactsTo: (_wanted, { isHere, operation }) => isHere && installers.includes(operation),
  plan(wanted, facts) {
    const listed = facts.get(askKubeadm(wanted));
    const isNode = facts.get(ask(kubernetesNode)).hasKubeletKubeconfig;
    if (!isNode && 'missing' in listed) return { steps: [], pending: listed.missing };
    const first = isNode || 'missing' in listed ? [] : kubernetesImages(wanted, listed.images);
    const images = [...new Set([...first, ...workloadImages(wanted)])];
    return { ...pullPlan(images, facts), report: isNode ? [] : digests(images, facts) };
  },
});

const installers: readonly string[] = ['binaries.installed', 'packages.installed'];

function askKubeadm({ cluster, imageRepository: repository }: Args) {
  return ask(kubeadmImages, { version: cluster.kubernetes.version, repository });
}

/** A worker runs no others. */
const workerImages = /\/(kube-proxy|pause|coredns)[:@]/;

function kubernetesImages(
  { cluster, node, imageRepository }: Args,
  listed: readonly string[],
): readonly string[] {
  const release = { version: parseVersion(cluster.kubernetes.version), imageRepository };
  const used = listed.map((image) => fullReference(usedImage(image, release)));
  return cluster.controlPlanes.includes(node) ? used : used.filter((image) => workerImages.test(image));
}

function workloadImages({ cluster, node, workloads }: Args): readonly string[] {
  if (!nodeSettings(cluster, node).isWorker) return [];
  return workloads.flatMap(({ deployments }) => deployments.map(({ image }) => fullReference(image)));
}

function pullPlan(images: readonly string[], facts: FactReader): Plan {
  const present = facts.get(ask(containerImages));
  if (present === null) return { steps: [], pending: 'containerd does not answer' };
  const version = facts.get(ask(containerdVersion));
  const api = version !== null && compareVersions(version, '1.6') < 0 ? 'v1alpha2' : 'v1';
  const missing = images.filter((image) => present[image] === undefined);
  return { steps: missing.map((image) => pullStep(image, api)) };
}

function pullStep(image: string, api: 'v1' | 'v1alpha2'): Step {
  return {
    kind: 'exec',
    title: `pull ${image}`,
    command: pullCommand(image, api),
    timeoutMs: pullTimeoutMs,
  };
}

/** With these it becomes a node. */
function digests(images: readonly string[], facts: FactReader): NonNullable<Plan['report']> {
  const present = facts.get(ask(containerImages)) ?? {};
  return images.flatMap((image) => (present[image] === undefined ? [] : [{ image, digest: present[image] }]));
}
