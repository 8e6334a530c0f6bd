// The images that a host will need, pulled before anything of the cluster changes.
import { z } from 'zod';
import type { Command } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { containerImages } from '../../facts/host/container-images.ts';
import { containerdVersion } from '../../facts/host/containerd-version.ts';
import { failedPulls, type FailedPulls } from '../../facts/host/failed-pulls.ts';
import { kubeadmImages } from '../../facts/kubernetes/kubeadm-images.ts';
import { kubernetesNode } from '../../facts/kubernetes/kubernetes-node.ts';
import { usedImage } from '../../kube/kubeadm/dns-image.ts';
import { fullReference } from '../../kube/objects/image-reference.ts';
import { parseVersion } from '../../kube/version.ts';
import { compareVersions } from '../../platform/distributions.ts';
import { clusterArg, nodeSettings } from '../args/cluster.ts';
import { hostArg } from '../args/scalars.ts';
import { defineOperation, type FactReader, type Plan, type Step } from '../operation.ts';
import { pullCommand, pullTimeoutMs, tolerantPullCommand } from './pull-command.ts';

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
    'Has containerd pull the images that the host will need, as long as it is no node: those that its kubeadm names, and those of the workloads on a worker. Of the latter one that does not come is told and stops nothing. Images that are there already are left as they are.',
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
    { query: ask(failedPulls) },
    { query: ask(kubernetesNode) },
    { query: askKubeadm(wanted) },
  ],
  // Another kubeadm may name others.
  reactsTo: (_wanted, { isHere, operation }) => isHere && installers.includes(operation),
  plan(wanted, facts) {
    // Of a node, the kubelet takes care: it pulls with the logins of a namespace, and removes what is not in use.
    if (facts.get(ask(kubernetesNode)).hasKubeletKubeconfig) return { steps: [], report: [] };
    const listed = facts.get(askKubeadm(wanted));
    if ('missing' in listed) return { steps: [], pending: listed.missing };
    const needed = kubernetesImages(wanted, listed.images);
    const others = workloadImages(wanted).filter((image) => !needed.includes(image));
    return pullPlan([...new Set(needed)], [...new Set(others)], facts);
  },
});

const installers: readonly string[] = [
  'runtime.installed',
  'binaries.installed',
  'kubernetes-packages.installed',
  'packages.installed',
];

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

function pullPlan(needed: readonly string[], others: readonly string[], facts: FactReader): Plan {
  const present = facts.get(ask(containerImages));
  if (present === null) return { steps: [], pending: 'containerd does not answer' };
  const failed = facts.get(ask(failedPulls));
  const version = facts.get(ask(containerdVersion));
  const api = version !== null && compareVersions(version, '1.6') < 0 ? 'v1alpha2' : 'v1';
  const isMissing = (image: string) => present[image] === undefined;
  const given = others.filter((image) => isMissing(image) && failed[image] !== undefined);
  return {
    steps: [
      ...needed.filter(isMissing).map((image) => pullStep(image, pullCommand(image, api))),
      ...others
        .filter((image) => isMissing(image) && !given.includes(image))
        .map((image) => pullStep(image, tolerantPullCommand(image, api))),
    ],
    warnings: given.map(
      (image) => `${image} could not be pulled, and pods may wait for it: ${failed[image]}`,
    ),
    report: [...needed, ...others].flatMap((image) => reportRow(image, present, failed)),
  };
}

function pullStep(image: string, command: Command): Step {
  return { kind: 'exec', title: `pull ${image}`, command, timeoutMs: pullTimeoutMs };
}

/** With these images it becomes a node. */
function reportRow(image: string, present: Readonly<Record<string, string>>, failed: FailedPulls) {
  const digest = present[image];
  if (digest !== undefined) return [{ image, digest }];
  return failed[image] === undefined ? [] : [{ image, digest: `not pulled: ${failed[image]}` }];
}
