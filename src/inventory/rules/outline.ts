// What the rules look at: the readable parts of an inventory with their places, however broken the rest is.
import {
  parseCidr,
  parseIp,
  parseRange,
  splitNetworks,
  type Cidr,
  type IpAddress,
  type IpRange,
} from '../../core/ip.ts';
import { defaultNetworks } from '../schema/cluster-schema.ts';
import { Entry, present, type Placed } from './entry.ts';

export interface OutlineHost {
  readonly path: Placed<unknown>['path'];
  readonly name: Placed<string> | undefined;
  readonly address: Placed<IpAddress> | undefined;
  readonly secondAddress: Placed<IpAddress> | undefined;
  readonly roles: readonly Placed<string>[];
}

export interface OutlineService {
  readonly path: Placed<unknown>['path'];
  readonly name: Placed<string> | undefined;
  readonly deployment: Placed<string> | undefined;
  readonly port: Placed<number> | undefined;
  readonly targetPort: Placed<number> | undefined;
  readonly protocol: string;
  /** `tcp` and `none`, or the first key of a map. */
  readonly probe: Placed<string> | undefined;
  readonly externalIPs: readonly Placed<IpAddress>[];
}

export interface OutlineDeployment {
  readonly name: Placed<string> | undefined;
  readonly port: Placed<number> | undefined;
}

export interface OutlineWorkload {
  readonly path: Placed<unknown>['path'];
  readonly namespace: Placed<string> | undefined;
  readonly deployments: readonly OutlineDeployment[];
  readonly services: readonly OutlineService[];
}

export interface PoolEntry {
  readonly range: IpRange;
  /** Set when the entry is written as a CIDR: its first and last address then mean the network itself. */
  readonly cidr: Cidr | undefined;
}

export interface Outline {
  /** False when the schema found mistakes. Rules about something missing then say nothing: it may be the mistake. */
  readonly isComplete: boolean;
  readonly root: Entry;
  readonly version: Placed<string> | undefined;
  readonly hosts: readonly OutlineHost[];
  readonly vip: Placed<IpAddress> | undefined;
  readonly endpoint: Placed<string> | undefined;
  /** One, or one of each family. */
  readonly pods: readonly Placed<Cidr>[];
  readonly services: readonly Placed<Cidr>[];
  readonly pool: readonly Placed<PoolEntry>[];
  readonly workloads: readonly OutlineWorkload[];
}

/** Reads an outline from any data. */
export function outlineOf(document: unknown, isComplete: boolean): Outline {
  const root = new Entry(document);
  const cluster = root.get('cluster');
  return {
    isComplete,
    root,
    version: cluster.get('kubernetes', 'version').text(),
    hosts: root.get('hosts').items().map(outlineHost),
    vip: cluster.get('controlPlane', 'vip', 'address').parse(parseIp),
    endpoint: cluster.get('controlPlane', 'endpoint').text(),
    pods: networks(cluster.get('network', 'pods'), defaultNetworks.pods),
    services: networks(cluster.get('network', 'services'), defaultNetworks.services),
    pool: present(root.get('externalIPs', 'pool').items().map(poolEntry)),
    workloads: root.get('workloads').items().map(outlineWorkload),
  };
}

function networks(entry: Entry, fallback: string): Placed<Cidr>[] {
  const written = entry.isThere ? entry : new Entry(fallback, entry.path);
  const listed = written.items().map((item) => item.parse(parseCidr));
  const { value = '', path } = written.text() ?? { path: entry.path };
  const inText = splitNetworks(value).map((part) => new Entry(part, path).parse(parseCidr));
  return present([...listed, ...inText]);
}

function poolEntry(entry: Entry): Placed<PoolEntry> | undefined {
  return entry.parse((text) => {
    const range = parseRange(text);
    return range === undefined ? undefined : { range, cidr: parseCidr(text) };
  });
}

function outlineHost(entry: Entry): OutlineHost {
  return {
    path: entry.path,
    name: entry.get('name').text(),
    address: entry.get('address').parse(parseIp),
    secondAddress: entry.get('secondAddress').parse(parseIp),
    roles: present(
      entry
        .get('roles')
        .items()
        .map((item) => item.text()),
    ),
  };
}

function outlineWorkload(entry: Entry): OutlineWorkload {
  return {
    path: entry.path,
    namespace: entry.get('namespace').text(),
    deployments: entry
      .get('deployments')
      .items()
      .map((item) => ({ name: item.get('name').text(), port: item.get('port').number() })),
    services: entry.get('services').items().map(outlineService),
  };
}

function outlineService(entry: Entry): OutlineService {
  return {
    path: entry.path,
    name: entry.get('name').text(),
    deployment: entry.get('deployment').text(),
    port: entry.get('port').number(),
    targetPort: entry.get('targetPort').number(),
    protocol: entry.get('protocol').text()?.value ?? 'TCP',
    probe: outlineProbe(entry.get('probe')),
    externalIPs: present(
      entry
        .get('externalIPs')
        .items()
        .map((item) => item.parse(parseIp)),
    ),
  };
}

function outlineProbe(entry: Entry): Placed<string> | undefined {
  const [way] = entry.entries();
  return way === undefined ? entry.text() : { value: way[0], path: way[1].path };
}
