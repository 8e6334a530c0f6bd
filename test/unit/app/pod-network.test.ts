// The manifest of a pod network: read, compared with its digest, and checked before any host is touched.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCluster } from '../../../src/app/cluster.ts';
import { fetchManifest } from '../../../src/app/fetch-manifest.ts';
import { formatPlace, type BootstrapError } from '../../../src/core/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'pod-network-'));
const environment = { homeDirectory: '/home/alice', userName: 'alice' };

const daemonSet = (image: string, more = '') => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: net, namespace: net }
spec: { template: { spec: { containers: [{ name: net, image: "${image}"${more} }] } } }
`;
const good = `apiVersion: v1\nkind: Namespace\nmetadata: { name: net }\n---${daemonSet('example.org/net:v1')}---\n`;
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

let server: Server;
let site: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/good.yaml') response.end(good);
    else if (request.url === '/moved.yaml') response.writeHead(302, { location: '/good.yaml' }).end();
    else if (request.url === '/large.yaml') response.end(Buffer.alloc(5 * 1024 * 1024, '#'));
    else if (request.url !== '/silent.yaml') response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(directory, 'image.tar'), '');
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({
      format: 1,
      kubernetesVersion: 'v1.37.2',
      architecture: 'amd64',
      imageRepository: 'example.org',
      pauseImage: 'example.org/pause:3.2',
      clusterDns: false,
      files: ['example.org/net:v1', 'example.org/net:latest', 'example.org/masters:v1'].map((name) => ({
        kind: 'image',
        name,
        use: name.includes('masters') ? 'control-plane' : 'node',
        path: 'image.tar',
        sha256: '0'.repeat(64),
        size: 0,
      })),
    }),
  );
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

/** What the cluster's pod network comes to, or what is said against it, each as `place: message`. */
async function read(cni: string, more = '') {
  const file = join(directory, 'cluster.yaml');
  writeFileSync(
    file,
    `cluster:
  name: lab
  kubernetes: { version: v1.37.2, source: { bundle: . } }
  network: { cni: ${cni}${more} }
hosts: [{ name: master1, address: 10.1.0.1${more === '' ? '' : ', secondAddress: "fd00:1::1"'}, roles: [control-plane, worker] }]
`,
  );
  const { podNetwork } = await openCluster(file, environment);
  return podNetwork.read();
}

async function refusal(cni: string, more = ''): Promise<readonly string[]> {
  const error = await read(cni, more).catch((thrown: unknown) => thrown as BootstrapError);
  const all = 'errors' in error ? (error.errors as readonly BootstrapError[]) : [error as BootstrapError];
  return all.map(
    ({ where, message }) =>
      `${where === undefined ? '' : formatPlace(where).replace(`${directory}/`, '')}: ${message}`,
  );
}

function refusalOf(manifest: string, more = ''): Promise<readonly string[]> {
  writeFileSync(join(directory, 'net.yaml'), manifest);
  return refusal(`{ manifest: net.yaml${more} }`);
}

describe('a manifest', () => {
  it('is read from a file beside the inventory, and its plugins from the place of such networks', async () => {
    writeFileSync(join(directory, 'net.yaml'), good);
    const { kind, directories, objects } = await read('{ manifest: ./net.yaml }');
    expect({ kind, directories }).toEqual({ kind: 'manifest', directories: ['/opt/cni/bin'] });
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['net', 'net']);
  });

  it.each(['good', 'moved'])('is fetched from a URL: %s', async (name) => {
    const { objects } = await read(`{ manifest: "${site}/${name}.yaml", sha256: ${digestOf(good)} }`);
    expect(objects).toHaveLength(2);
  });

  it('is what its digest says, or nothing of it is used', async () => {
    const wrong = 'f'.repeat(64);
    expect(await refusal(`{ manifest: "${site}/good.yaml", sha256: ${wrong} }`)).toEqual([
      expect.stringMatching(
        new RegExp(`^cluster.yaml:4:\\d+: ${site}/good.yaml has another SHA-256: ${digestOf(good)}$`),
      ),
    ]);
    expect(await refusalOf(good, `, sha256: ${wrong}`)).toHaveLength(1);
  });

  it.each([
    ['/none.yaml', 'the server says 404 Not Found'],
    ['/large.yaml', 'it is larger than 4 MiB'],
  ])('is not fetched at any price: %s', async (path, reason) => {
    const cni = `{ manifest: "${site}${path}", sha256: ${digestOf('')} }`;
    expect(await refusal(cni)).toEqual([
      expect.stringContaining(`: ${site}${path} cannot be fetched: ${reason}`),
    ]);
  });

  it('is not waited for without end', async () => {
    await expect(fetchManifest(`${site}/silent.yaml`, 50)).rejects.toMatchObject({
      code: 'file.unreadable',
      message: `${site}/silent.yaml cannot be fetched: no answer within 0.05 s`,
    });
  });

  it('has all its mistakes told at their places', async () => {
    const broken =
      'kind: Namespace\nmetadata: { name: net }\n---\napiVersion: v1\nkind: [Namespace]\nmetadata: {}\n';
    expect(await refusalOf(broken)).toEqual([
      'net.yaml:1:1: "apiVersion" is missing',
      expect.stringMatching(/^net.yaml:5:7: kind must be a text, is a list/),
      'net.yaml:6:1: "name" is missing in metadata',
    ]);
    expect(await refusalOf('a: [1\n---\n')).toEqual([expect.stringMatching(/^net.yaml:/)]);
    expect(await refusalOf('---\n# nothing\n---\n')).toEqual([
      expect.stringMatching(/^cluster.yaml:4:\d+: the manifest has no objects$/),
    ]);
  });

  it('may be a list of objects, and its numbers are those of Kubernetes', async () => {
    const list = `kind: List\napiVersion: v1\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { mode: 0644, at: 12:30 } }\n`;
    writeFileSync(join(directory, 'net.yaml'), list);
    const { objects } = await read('{ manifest: net.yaml }');
    expect(objects).toMatchObject([{ kind: 'ConfigMap', data: { mode: 0o644, at: '12:30' } }]);
    expect(await refusalOf(list.replace('apiVersion: v1, kind', 'kind'))).toEqual([
      'net.yaml:4:3: "apiVersion" is missing in items[0]',
    ]);
  });

  it('has only images that nodes can get', async () => {
    expect(await refusalOf(daemonSet('ghcr.io/net:v2'))).toEqual([
      expect.stringContaining("the pod network's image ghcr.io/net:v2 is not in the bundle"),
    ]);
    expect(await refusalOf(daemonSet('example.org/masters:v1'))).toEqual([
      expect.stringContaining(
        "the pod network's image example.org/masters:v1 is in the bundle for control planes only",
      ),
    ]);
    const always = 'is in the bundle, but its manifest lets nodes ask a registry for it at each start';
    expect(await refusalOf(daemonSet('example.org/net'))).toEqual([expect.stringContaining(always)]);
    expect(await refusalOf(daemonSet('example.org/net:v1', ', imagePullPolicy: Always'))).toEqual([
      expect.stringContaining(always),
    ]);
  });

  describe('of flannel, in a cluster with both families,', () => {
    const both =
      ', pods: ["10.244.0.0/16", "fd00:10:244:0::/56"], services: ["10.96.0.0/12", "fd00:10:96::/112"]';
    const refusalOfConfig = (config: object) => {
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
      const object = { ...map, data: { 'net-conf.json': JSON.stringify(config) } };
      writeFileSync(join(directory, 'net.yaml'), JSON.stringify(object));
      return refusal('{ manifest: net.yaml }', both);
    };

    it.each(['fd00:10:244::/56', 'FD00:10:244:0:0::/56'])('may write %s in its own way', async (network) => {
      const config = { Network: '10.244.0.0/16', EnableIPv6: true, IPv6Network: network };
      expect(await refusalOfConfig(config)).toEqual([': undefined']);
    });

    it.each([
      [
        'has none of IPv6',
        { Network: '10.244.0.0/16' },
        'no network of IPv6, the inventory fd00:10:244:0::/56',
      ],
      [
        'does not switch IPv6 on',
        { Network: '10.244.0.0/16', IPv6Network: 'fd00:10:244::/56' },
        'no network of IPv6, the inventory fd00:10:244:0::/56',
      ],
      [
        'switches IPv4 off',
        { EnableIPv4: false, Network: '10.244.0.0/16', EnableIPv6: true, IPv6Network: 'fd00:10:244::/56' },
        'no network of IPv4, the inventory 10.244.0.0/16',
      ],
      [
        'has another one',
        { Network: '10.244.0.0/16', EnableIPv6: true, IPv6Network: 'fd00:10:244::/64' },
        'the network fd00:10:244::/64, the inventory 10.244.0.0/16,fd00:10:244:0::/56',
      ],
    ])('gives pods a network of each: one that %s is refused', async (_, config, message) => {
      expect(await refusalOfConfig(config)).toEqual([
        expect.stringContaining(`the manifest's net-conf.json gives pods ${message}`),
      ]);
    });
  });

  it("gives pods the inventory's network, where it is flannel's", async () => {
    const config = `${good}apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { net-conf.json: '{ "Network": "10.1.0.0/16" }' }\n`;
    expect(await refusalOf(config)).toEqual([
      expect.stringContaining(
        "the manifest's net-conf.json gives pods the network 10.1.0.0/16, the inventory 10.244.0.0/16",
      ),
    ]);
  });
});

it('host-gw and none have no objects', async () => {
  expect(await read('none')).toEqual({ kind: 'none', directories: ['/opt/cni/bin'], objects: [] });
  expect((await read('host-gw')).directories).toContain('/usr/lib/cni');
});
