// The objects of the whole cluster that the tool works with, read by one kubectl on a control plane.
import { cmd } from '../../core/command.ts';
import { apiProbe, noKubeconfig, probeSeconds } from '../../kube/kubectl.ts';
import {
  isJsonObject,
  listAt,
  textAt,
  type JsonObject,
  type KubernetesObject,
} from '../../kube/objects/object.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { isSince, parseVersion } from '../../kube/version.ts';
import type { Fact, ProbeOutput } from '../fact.ts';

/**
 * `items`: all Nodes, Namespaces, Services, Deployments, and EndpointSlices or Endpoints, without what is long and never
 * looked at. Read them with the views of src/kube. Without an API server: the reason; `isAbsent` before `kubeadm init`.
 */
export type ApiObjects =
  | { readonly reachable: true; readonly items: readonly KubernetesObject[] }
  | { readonly reachable: false; readonly reason: string; readonly isAbsent?: true };

export interface ApiQuestion {
  /** The cluster's, such as v1.20.2; it decides what endpoints are read from. */
  readonly version: string;
  /** How long the API server may take, for those who cannot wait. */
  readonly seconds?: number;
}

/** Ask a control plane only. */
export const apiObjects: Fact<ApiObjects, ApiQuestion> = {
  name: 'api.objects',
  scope: 'cluster',
  timeoutMs: (probeSeconds + 30) * 1000,
  probe: ({ version, seconds }) => {
    // As kube-proxy: EndpointSlices from 1.19, Endpoints before. `-A` is too new for old kubectls.
    const endpoints = isSince(parseVersion(version), '1.19') ? 'endpointslices' : 'endpoints';
    const kinds = `nodes,namespaces,services,deployments,${endpoints}`;
    return apiProbe(cmd`get ${kinds} --all-namespaces -o json`, seconds);
  },
  parse: (output, { seconds }) => readApiObjects(output, seconds),
};

/** What a plan waits for where nothing can be asked of the API. */
export function awaitedApi({ reason, isAbsent }: Extract<ApiObjects, { readonly reachable: false }>): string {
  return isAbsent === true ? 'there is no cluster yet' : `the API server does not answer: ${reason}`;
}

/** How `timeout` says that it had to end its command. */
const endedByTimeout = 124;

const noCluster = `there is no cluster yet: no ${kubernetesPaths.adminKubeconfig}`;

/** Reads a `kubectl get … -o json` of one list; shared by the facts about API objects. */
export function readApiObjects(
  { stdout, stderr, exitCode }: ProbeOutput,
  seconds = probeSeconds,
): ApiObjects {
  if (exitCode === endedByTimeout) return { reachable: false, reason: `no answer within ${seconds} s` };
  if (exitCode === noKubeconfig) return { reachable: false, reason: noCluster, isAbsent: true };
  if (exitCode !== 0) return { reachable: false, reason: unreachableReason(stderr) };
  if (stdout.trim() === '') return { reachable: true, items: [] };
  const answer: unknown = JSON.parse(stdout);
  const list = textAt(answer, 'kind') === 'List' ? listAt(answer, 'items') : [answer];
  return { reachable: true, items: list.filter(isObject).map(shorten) };
}

/** The last line that says something, in few words. */
function unreachableReason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const last = lines.at(-1)?.trim() ?? 'kubectl failed without a word';
  return last.replace(/^(error|Error from server[^:]*): /i, '');
}

function isObject(value: unknown): value is KubernetesObject {
  const named = textAt(value, 'metadata', 'name') !== undefined;
  return named && textAt(value, 'kind') !== undefined && textAt(value, 'apiVersion') !== undefined;
}

/** Leaves out the field managers and the nodes' lists of images: most of the text, and nothing is read from it. */
function shorten(object: KubernetesObject): KubernetesObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  const status = object['status'];
  return { ...object, metadata, ...(isJsonObject(status) ? { status: withoutImages(status) } : {}) };
}

function withoutImages({ images: _images, ...status }: JsonObject): JsonObject {
  return status;
}
