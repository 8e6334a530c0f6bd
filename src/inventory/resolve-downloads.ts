// How hosts reach what they download: the proxy of an inventory, and all that is reached past it.
import { canonicalCidr, canonicalIp, parseRange, rangeCidrs, splitNetworks } from '../core/ip.ts';
import { loginSettings, type LoginSettings } from './resolve-secret.ts';
import { parseEndpoint } from './schema/endpoint.ts';
import type { Inventory } from './schema/schema.ts';

export interface DownloadSettings {
  /** `http://HOST:PORT`, without a login. */
  readonly proxy: string;
  readonly login?: LoginSettings;
  /** Names, `.DOMAIN`, addresses and CIDRs that are reached without it; each once. */
  readonly noProxy: readonly string[];
}

/** Every host's own, and what it has from its neighbours on the link. */
const always = [
  'localhost',
  '127.0.0.1',
  '127.0.0.0/8',
  '::1',
  '169.254.0.0/16',
  'fe80::/10',
  // Names of Services, with and without the cluster's domain.
  '.svc',
  '.cluster.local',
];

/** @param absolute makes a path of the inventory absolute */
export function resolveDownloads(
  inventory: Inventory,
  absolute: (path: string) => string,
): DownloadSettings | undefined {
  const { downloads } = inventory.cluster;
  if (downloads === undefined) return undefined;
  const { host } = new URL(downloads.proxy);
  // A URL leaves out the port that everybody knows; a proxy has none such.
  const place = /:\d+$/.test(host) ? host : `${host}:80`;
  const own = [...always, ...addressesOf(inventory), ...namesOf(inventory)];
  const written = downloads.noProxy.map((entry) => canonicalCidr(canonicalIp(entry.toLowerCase())));
  const { login } = downloads;
  return {
    proxy: `http://${place}`,
    ...(login && { login: loginSettings(login, `the proxy ${place}`, absolute) }),
    noProxy: [...new Set([...own, ...written])],
  };
}

function addressesOf({ cluster, hosts, externalIPs, workloads }: Inventory): readonly string[] {
  const { controlPlane, network } = cluster;
  const nodes = hosts.flatMap(({ address, secondAddress }) => [address, secondAddress ?? address]);
  const services = workloads.flatMap((workload) => workload.services);
  const single = [...nodes, ...(controlPlane.vip === undefined ? [] : [controlPlane.vip.address])];
  const networks = [network.pods, network.services].flatMap(splitNetworks);
  const pool = (externalIPs?.pool ?? []).flatMap((entry) => {
    const range = parseRange(entry);
    return range === undefined ? [] : rangeCidrs(range);
  });
  const external = services.flatMap((service) => service.externalIPs);
  return [...single.map(canonicalIp), ...networks.map(canonicalCidr), ...pool, ...external.map(canonicalIp)];
}

function namesOf({ cluster, hosts }: Inventory): readonly string[] {
  const { endpoint } = cluster.controlPlane;
  const balancer = endpoint === undefined ? undefined : parseEndpoint(endpoint)?.host;
  return [...hosts.map(({ name }) => name), ...(balancer === undefined ? [] : [canonicalIp(balancer)])];
}
