// The pod network that the inventory asks for: with a manifest, its objects, checked before any host is touched.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OfferedManifest } from '../bundle/manifest.ts';
import { BootstrapError } from '../core/errors.ts';
import { canonicalCidr, isIpv6, splitNetworks } from '../core/ip.ts';
import type { LoadedInventory } from '../inventory/load.ts';
import { localPaths, type LocalEnvironment } from '../inventory/local-paths.ts';
import type { WrittenCni } from '../inventory/schema/cluster-schema.ts';
import { isWebUrl } from '../inventory/schema/scalars.ts';
import { containerImages, flannelNetworks, isList, manifestObject } from '../kube/objects/manifest.ts';
import type { KubernetesObject } from '../kube/objects/object.ts';
import { commonPluginDirectory, pluginDirectories } from '../kube/pod-network.ts';
import { decode } from '../source/decode.ts';
import { parseStream } from '../source/parse-source.ts';
import type { DocumentPath } from '../source/path.ts';
import { readBytes } from '../source/read-source.ts';
import type { Source } from '../source/source.ts';
import { throwErrors } from '../source/throw-errors.ts';
import { fullReference } from '../kube/objects/image-reference.ts';
import { fetchManifest } from './fetch-manifest.ts';

/** The `cni` of playbook expressions. */
export interface PodNetwork {
  readonly kind: 'host-gw' | 'none' | 'manifest';
  /** Where the runtime may find CNI's plugins. Networks that are not ours bring theirs to one place. */
  readonly directories: readonly string[];
  /** The manifest's objects, as far as they were read. */
  readonly objects: readonly KubernetesObject[];
}

const cniPath = ['cluster', 'network', 'cni'] as const;

/** Which pod network is asked for; reads no manifest. */
export function podNetworkOf(cni: WrittenCni): PodNetwork {
  const kind = typeof cni === 'string' ? cni : 'manifest';
  const directories = [...(kind === 'host-gw' ? pluginDirectories : []), commonPluginDirectory];
  return { kind, directories, objects: [] };
}

/**
 * Reads the manifest, if there is one, from its file or its URL. Its images must be in the bundle, where there is one.
 * @throws ErrorList or BootstrapError `inventory.invalid`, `bundle.invalid`, `file.unreadable`: each with the line of the
 *   inventory, or that of the manifest
 */
export async function readPodNetwork(
  loaded: LoadedInventory,
  bundle: OfferedManifest | undefined,
  environment: LocalEnvironment,
): Promise<PodNetwork> {
  const { cni, pods } = loaded.inventory.cluster.network;
  if (typeof cni === 'string') return podNetworkOf(cni);
  const bytes = await readManifest(loaded, cni.manifest, environment);
  checkDigest(loaded, bytes, cni);
  const name = isWebUrl(cni.manifest) ? cni.manifest : localPaths(loaded.file, environment)(cni.manifest);
  const text = decode(name, bytes, 'inventory.invalid');
  const objects = readObjects(parseStream(name, text, 'inventory.invalid'));
  throwErrors([
    ...emptyErrors(loaded, objects),
    ...(bundle === undefined ? [] : imageErrors(loaded, objects, bundle)),
    ...networkErrors(loaded, objects, pods),
  ]);
  return { ...podNetworkOf(cni), objects };
}

async function readManifest(
  loaded: LoadedInventory,
  place: string,
  environment: LocalEnvironment,
): Promise<Buffer> {
  try {
    if (isWebUrl(place)) return await fetchManifest(place);
    return await readBytes(localPaths(loaded.file, environment)(place));
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    throw error.with(lineOf(loaded, 'manifest'));
  }
}

function checkDigest(loaded: LoadedInventory, bytes: Buffer, { manifest, sha256 }: ManifestSettings): void {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === undefined || sha256 === actual) return;
  throw new BootstrapError('inventory.invalid', `${manifest} has another SHA-256: ${actual}`, {
    ...lineOf(loaded, 'sha256'),
    hint: 'It is not the manifest that was meant. Look what has changed in it before you write the new one down.',
  });
}

type ManifestSettings = Exclude<WrittenCni, string>;

/** @throws ErrorList what is no object, with its place in the manifest */
function readObjects(sources: readonly Source[]): readonly KubernetesObject[] {
  const errors: BootstrapError[] = [];
  const objects = sources.flatMap((source) =>
    objectPaths(source).flatMap((path): KubernetesObject[] => {
      const value = path.length === 0 ? source.value : itemOf(source.value, Number(path[1]));
      const parsed = manifestObject.safeParse(value);
      if (parsed.success) return [parsed.data];
      errors.push(...source.errorsFrom(parsed.error.issues, 'inventory.invalid', manifestObject, path));
      return [];
    }),
  );
  throwErrors(errors);
  return objects;
}

const list = z.object({ items: z.array(z.unknown()) });

function itemOf(value: unknown, index: number): unknown {
  return list.parse(value).items[index];
}

function objectPaths({ value }: Source): readonly DocumentPath[] {
  return isList(value) ? list.parse(value).items.map((_item, index) => ['items', index]) : [[]];
}

function emptyErrors(loaded: LoadedInventory, { length }: readonly unknown[]): readonly BootstrapError[] {
  if (length > 0) return [];
  return [new BootstrapError('inventory.invalid', 'the manifest has no objects', lineOf(loaded, 'manifest'))];
}

/** Hosts of a bundle need no registry, and may reach none. */
function imageErrors(
  loaded: LoadedInventory,
  objects: readonly KubernetesObject[],
  { files }: OfferedManifest,
): readonly BootstrapError[] {
  const images = files.filter((file) => file.kind === 'image');
  const held = new Set(images.map(({ name }) => name));
  const everywhere = new Set(images.filter(({ use }) => use !== 'control-plane').map(({ name }) => name));
  return containerImages(objects).flatMap(({ image, isAlwaysPulled }) => {
    const name = fullReference(image);
    if (!everywhere.has(name)) {
      const state = held.has(name) ? 'in the bundle for control planes only' : 'not in the bundle';
      return new BootstrapError('bundle.invalid', `the pod network's image ${image} is ${state}`, {
        ...lineOf(loaded, 'manifest'),
        hint: 'Add it to the bundle, for use by nodes: docs/bundle.md tells how.',
      });
    }
    if (!isAlwaysPulled) return [];
    return new BootstrapError(
      'inventory.invalid',
      `the pod network's image ${image} is in the bundle, but its manifest lets nodes ask a registry for it at each start`,
      {
        ...lineOf(loaded, 'manifest'),
        hint: 'Write "imagePullPolicy: IfNotPresent" beside it in the manifest.',
      },
    );
  });
}

/** Flannel gives no address outside of its own networks, and Kubernetes none outside of the inventory's. */
function networkErrors(
  loaded: LoadedInventory,
  objects: readonly KubernetesObject[],
  pods: string,
): readonly BootstrapError[] {
  const wanted = splitNetworks(pods);
  const error = (given: string, expected: string, hint: string): BootstrapError => {
    const message = `the manifest's net-conf.json gives pods ${given}, the inventory ${expected}`;
    return new BootstrapError('inventory.invalid', message, { ...lineOf(loaded, 'manifest'), hint });
  };
  return flannelNetworks(objects).flatMap((given) => [
    ...given
      .filter((network) => !wanted.map(canonicalCidr).includes(canonicalCidr(network)))
      .map((network) => error(`the network ${network}`, pods, 'Make both the same.')),
    ...wanted
      .filter((network) => !given.some((one) => isIpv6(one) === isIpv6(network)))
      .map((network) => {
        const hint = isIpv6(network) ? '"EnableIPv6": true and "IPv6Network"' : '"Network"';
        return error(`no network of ${isIpv6(network) ? 'IPv6' : 'IPv4'}`, network, `Write ${hint} there.`);
      }),
  ]);
}

function lineOf({ placeOf, excerptOf }: LoadedInventory, key: 'manifest' | 'sha256') {
  const path = [...cniPath, key];
  return { where: placeOf(path), detail: excerptOf(path) };
}
