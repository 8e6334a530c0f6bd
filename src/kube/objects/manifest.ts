// Objects as somebody else's manifest has them: what is read of them before they are given to the API.
import { z } from 'zod';
import {
  isJsonObject,
  listAt,
  textAt,
  valueAt,
  type KubernetesObject,
  type ObjectMetadata,
} from './object.ts';

/** One object of a manifest: only what names it is looked at. */
export const manifestObject = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z
    .looseObject({ name: z.string().min(1), namespace: z.string().min(1).optional() })
    .transform((metadata) => metadata as ObjectMetadata),
});

/** Several objects in one document, as `kubectl get -o yaml` prints them. */
export function isList(document: unknown): boolean {
  return textAt(document, 'kind') === 'List' && Array.isArray(valueAt(document, 'items'));
}

export interface ContainerImage {
  readonly image: string;
  /** Whether the kubelet asks a registry for it at each start, even when the node has it. */
  readonly isAlwaysPulled: boolean;
}

/** The images of all containers in these objects, wherever a pod is described in them; each once. */
export function containerImages(objects: readonly unknown[]): readonly ContainerImage[] {
  const all = objects.flatMap((object) => [...findImages(object)]);
  const always = new Set(all.filter(({ isAlwaysPulled }) => isAlwaysPulled).map(({ image }) => image));
  return [...new Set(all.map(({ image }) => image))].map((image) => ({
    image,
    isAlwaysPulled: always.has(image),
  }));
}

function* findImages(value: unknown): Generator<ContainerImage> {
  if (Array.isArray(value)) for (const item of value) yield* findImages(item);
  if (!isJsonObject(value)) return;
  for (const container of [...listAt(value, 'containers'), ...listAt(value, 'initContainers')]) {
    const image = textAt(container, 'image');
    if (image === undefined) continue;
    const policy = textAt(container, 'imagePullPolicy') ?? defaultPolicy(image);
    yield { image, isAlwaysPulled: policy === 'Always' };
  }
  for (const inner of Object.values(value)) yield* findImages(inner);
}

/** Without a tag, and with the tag `latest`, Kubernetes takes Always. */
function defaultPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  return /:(?!latest$)[^/]+$/.test(image) ? 'IfNotPresent' : 'Always';
}

/** The networks that flannel gives to pods: a list for each of its configurations among the objects. */
export function flannelNetworks(objects: readonly KubernetesObject[]): readonly (readonly string[])[] {
  return objects.flatMap((object) => {
    const text = object.kind === 'ConfigMap' ? textAt(object, 'data', 'net-conf.json') : undefined;
    return text === undefined ? [] : [networksOf(parseJson(text))];
  });
}

/** Flannel takes IPv4 where nothing is said, and IPv6 only where it is told to. */
function networksOf(config: unknown): readonly string[] {
  const ipv4 = valueAt(config, 'EnableIPv4') === false ? undefined : textAt(config, 'Network');
  const ipv6 = valueAt(config, 'EnableIPv6') === true ? textAt(config, 'IPv6Network') : undefined;
  return [ipv4, ipv6].filter((network) => network !== undefined);
}

/** The UDP port by which flannel's nodes reach each other, for each of its configurations; null where it needs none. */
export function flannelPorts(objects: readonly KubernetesObject[]): readonly (number | null)[] {
  return objects.flatMap((object) => {
    const text = object.kind === 'ConfigMap' ? textAt(object, 'data', 'net-conf.json') : undefined;
    return text === undefined ? [] : [portOf(parseJson(text))];
  });
}

/** By the names of its backends, as its own source has them. */
const flannelDefaults: Readonly<Record<string, { readonly key: string; readonly port: number }>> = {
  vxlan: { key: 'Port', port: 8472 },
  udp: { key: 'Port', port: 8285 },
  wireguard: { key: 'ListenPort', port: 51820 },
};

function portOf(config: unknown): number | null {
  const backend = flannelDefaults[textAt(config, 'Backend', 'Type') ?? 'udp'];
  if (backend === undefined) return null;
  const written = valueAt(config, 'Backend', backend.key);
  return typeof written === 'number' && written > 0 ? written : backend.port;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
