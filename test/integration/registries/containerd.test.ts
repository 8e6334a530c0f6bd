// A real containerd with the files that the operations write, and real registries: what it pulls, and what it says when not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { ask } from '../../../src/facts/fact.ts';
import { containerImages } from '../../../src/facts/host/container-images.ts';
import { failedPulls } from '../../../src/facts/host/failed-pulls.ts';
import { fullReference } from '../../../src/kube/objects/image-reference.ts';
import { containerdConfigured } from '../../../src/operations/software/containerd-configured.ts';
import { imagesPulled } from '../../../src/operations/software/images-pulled.ts';
import { pullCommand, tolerantPullCommand } from '../../../src/operations/software/pull-command.ts';
import { registriesConfigured } from '../../../src/operations/software/registries-configured.ts';
import type { RegistryArg } from '../../../src/operations/software/registry-args.ts';
import { containerdHost, type ContainerdHost } from '../../support/containerd.ts';
import { startRegistry, type Registry } from '../../support/registry.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { serveTokens, tokenIssuer, tokenService } from '../../support/token-server.ts';
import { serve, status, type WebServer } from '../../support/web-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'registries-'));
const login = { user: 'puller', password: 'a "pass":\\word' };
const digests: Record<string, string> = {};
let certificates: Certificates;
let registry: Registry;
let mirror: Registry;
let expired: Registry;
let busy: WebServer;
let tokens: WebServer;
let guarded: Registry;

beforeAll(async () => {
  certificates = makeCertificates(directory);
  const keys = certificates.good;
  [registry, mirror, expired] = await Promise.all([
    startRegistry({ keys, login }),
    startRegistry({ keys }),
    startRegistry({ keys: certificates.expired }),
  ]);
  busy = await serve(status(429, { 'retry-after': '1' }), keys);
  for (const name of ['web', 'kube-proxy', 'pause'])
    digests[name] = await registry.push(`team/${name}`, '1', name);
  digests['mirrored'] = await mirror.push('team/mirrored', '1', 'mirrored');
  await expired.push('team/web', '1');
  tokens = await serveTokens(keys, login);
  guarded = await startGuarded();
});

afterAll(async () => {
  await Promise.all([registry.stop(), mirror.stop(), expired.stop(), guarded.stop()]);
  await Promise.all([busy.close(), tokens.close()]);
  rmSync(directory, { recursive: true });
});

/** Filled without a guard, as pushing with tokens is another matter. */
async function startGuarded(): Promise<Registry> {
  const storage = { filesystem: { rootdirectory: join(directory, 'guarded') } };
  const open = await startRegistry({ keys: certificates.good, config: { storage } });
  digests['guarded'] = await open.push('team/guarded', '1', 'guarded');
  await open.stop();
  const rootcertbundle = join(directory, 'token-ca.crt');
  writeFileSync(rootcertbundle, certificates.ca);
  const token = { realm: `${tokens.url}/token`, service: tokenService, issuer: tokenIssuer, rootcertbundle };
  return startRegistry({ keys: certificates.good, config: { storage, auth: { token } } });
}

const plain = { mirrors: [], mirrorsOnly: false, ca: null, login: null };

/** What the registry with the login needs, unless something else is said. */
function own(changes: Partial<RegistryArg> = {}): RegistryArg {
  const { user, password } = login;
  const secret = { user, password: new Secret(password, 'password') };
  return { ...plain, name: registry.name, ca: certificates.ca, login: secret, ...changes };
}

const wrongLogin = { user: login.user, password: new Secret('wrong', 'password') };

/** The server of its tokens has the same CA and login. */
function ownGuarded(changes: Partial<RegistryArg> = {}): RegistryArg {
  return own({ name: guarded.name, ...changes });
}

interface Failure {
  readonly what: string;
  readonly registryOf: () => RegistryArg;
  readonly imageOf: () => string;
  readonly reason: RegExp;
}

const web = () => `${registry.name}/team/web:1`;

const failures: readonly Failure[] = [
  {
    what: 'a wrong password',
    registryOf: () => own({ login: wrongLogin }),
    imageOf: web,
    reason: /: 401 Unauthorized/,
  },
  {
    what: 'no login',
    registryOf: () => own({ login: null }),
    imageOf: web,
    reason: /401 Unauthorized|no basic auth credentials/,
  },
  {
    what: 'a wrong password for tokens',
    registryOf: () => ownGuarded({ login: wrongLogin }),
    imageOf: () => `${guarded.name}/team/guarded:1`,
    reason: /: 401 Unauthorized/,
  },
  {
    what: 'an image that is not there',
    registryOf: () => own(),
    imageOf: () => `${registry.name}/team/other:1`,
    reason: /team\/other:1: not found/,
  },
  {
    what: 'a CA that nobody knows',
    registryOf: () => own({ ca: null }),
    imageOf: web,
    reason: /x509: certificate signed by unknown authority/,
  },
  {
    what: 'a certificate that has expired',
    registryOf: () => ({ ...plain, name: expired.name, ca: certificates.ca }),
    imageOf: () => `${expired.name}/team/web:1`,
    reason: /x509: certificate has expired/,
  },
  {
    what: 'a registry that has no address',
    registryOf: () => own(),
    imageOf: () => 'registry.invalid/team/web:1',
    reason: /lookup registry\.invalid/,
  },
];

const cluster = {
  name: 'lab',
  kubernetes: { version: 'v1.37.2' },
  network: { pods: '10.244.0.0/16', services: '10.96.0.0/12' },
  kubeProxy: { scheduler: 'rr' },
  firstControlPlane: 'm1',
  controlPlanes: ['m1'],
  endpoint: '10.0.0.1:6443',
  nodes: [
    { name: 'm1', address: '10.0.0.1', roles: ['control-plane'] },
    { name: 'w1', address: '10.0.0.2', roles: ['worker'] },
  ],
};

/** It names the images of a registry; sleeping takes no time, and is written down. */
const programs = {
  kubeadm:
    '#!/bin/sh\n[ "$1 $2 $3" = "config images list" ] || exit 64\nprintf "$7/%s:1\\n" kube-apiserver kube-proxy pause\n',
  sleep: '#!/bin/sh\necho "$1" >>/run/slept\n',
};

describe.each(['of Debian', '2'] as const)('containerd %s', (kind) => {
  let host: ContainerdHost;

  beforeAll(async () => {
    host = await containerdHost(kind, programs);
  }, 15 * 60_000);

  afterAll(async () => {
    await host.stop();
  });

  afterEach(async () => {
    const images = (await host.run('ctr -n k8s.io images ls -q')).split('\n').filter((line) => line !== '');
    if (images.length > 0) await host.run(`ctr -n k8s.io images rm --sync ${images.join(' ')}`);
    await host.run('rm -f /run/slept');
  });

  const configuration = (registries: readonly RegistryArg[]) => ({
    pauseImage: `${registry.name}/team/pause:1`,
    registries: [...registries],
  });

  const configure = async (...registries: readonly RegistryArg[]): Promise<void> => {
    await host.apply(await host.plan(registriesConfigured, { registries: [...registries] }));
    await host.apply(await host.plan(containerdConfigured, configuration(registries)));
    await host.restart();
  };

  const wanted = (image: string) => ({
    cluster,
    node: 'w1',
    imageRepository: `${registry.name}/team`,
    workloads: [{ deployments: [{ image }] }],
  });

  const pull = async (image: string): Promise<void> => {
    await host.run(pullCommand(fullReference(image), 'v1').text);
  };

  it('pulls with a login and by a CA of ours, and has nothing to do afterwards', async () => {
    await configure(own());
    const image = `${registry.name}/team/web:1`;
    const plan = await host.plan(imagesPulled, wanted(image));
    expect(plan.steps.map(({ title }) => title)).toEqual(
      ['kube-proxy', 'pause', 'web'].map((name) => `pull ${registry.name}/team/${name}:1`),
    );
    await host.apply(plan);
    expect(await host.plan(imagesPulled, wanted(image))).toEqual({
      steps: [],
      warnings: [],
      report: ['kube-proxy', 'pause', 'web'].map((name) => ({
        image: `${registry.name}/team/${name}:1`,
        digest: digests[name],
      })),
    });
    expect((await host.plan(containerdConfigured, configuration([own()]))).steps).toEqual([]);
    expect((await host.plan(registriesConfigured, { registries: [own()] })).steps).toEqual([]);
    expect(await host.run('stat -c %a /etc/containerd/config.toml')).toBe('600\n');
    expect(await host.run('cat /run/log')).not.toContain('pass');
  });

  const digestOf = async (image: string): Promise<string | undefined> =>
    (await host.answer(ask(containerImages)))?.[image];

  it('asks mirrors in their order, each with its own login, and then the registry itself', async () => {
    const mirrors = [registry.url, mirror.url];
    const ofMirror = { ...plain, name: mirror.name, ca: certificates.ca };
    await configure(ownGuarded({ mirrors }), own(), ofMirror);
    await pull(`${guarded.name}/team/web:1`);
    await pull(`${guarded.name}/team/mirrored:1`);
    await pull(`${guarded.name}/team/guarded:1`);
    expect(await digestOf(`${guarded.name}/team/web:1`)).toBe(digests['web']);
    expect(await digestOf(`${guarded.name}/team/mirrored:1`)).toBe(digests['mirrored']);
    expect(await digestOf(`${guarded.name}/team/guarded:1`)).toBe(digests['guarded']);
  });

  it('asks a mirror alone, by a path of its own, where that is said', async () => {
    const other = {
      ...plain,
      name: 'registry.invalid',
      mirrors: [`${registry.url}/v2/team`],
      mirrorsOnly: true,
    };
    const hub = { ...plain, name: 'docker.io', mirrors: [mirror.url, registry.url], mirrorsOnly: true };
    await configure(other, hub, own(), { ...plain, name: mirror.name, ca: certificates.ca });
    await pull('registry.invalid/web:1');
    await pull('team/web:1');
    expect(await digestOf('registry.invalid/web:1')).toBe(digests['web']);
    expect(await digestOf('docker.io/team/web:1')).toBe(digests['web']);
  });

  it('takes the default for what is not named, with its CA', async () => {
    const all = { ...plain, name: '_default', mirrors: [mirror.url], mirrorsOnly: true, ca: certificates.ca };
    await configure(all);
    await pull('registry.invalid/team/mirrored:1');
    expect(await digestOf('registry.invalid/team/mirrored:1')).toBe(digests['mirrored']);
  });

  it('logs in where tokens are given', async () => {
    await configure(ownGuarded());
    await pull(`${guarded.name}/team/guarded:1`);
    expect(await digestOf(`${guarded.name}/team/guarded:1`)).toBe(digests['guarded']);
  });

  it('logs in for the pause image, which containerd pulls itself', async () => {
    await configure(own());
    // It comes no further: there is no runc here.
    const url = 'http://localhost/runtime.v1.RuntimeService/RunPodSandbox';
    await host.run(
      `curl -sS --http2-prior-knowledge --unix-socket /run/containerd/containerd.sock --data-binary @- -o /dev/null -H 'content-type: application/grpc' -H 'te: trailers' ${url}`,
      podRequest('a-pod', 'a-uid', 'default'),
    );
    expect(await digestOf(`${registry.name}/team/pause:1`)).toBe(digests['pause']);
  });

  it.each(failures)('says what keeps it: $what', async ({ registryOf, imageOf, reason }) => {
    await configure(registryOf());
    const image = imageOf();
    const pulling = pull(image);
    await expect(pulling).rejects.toThrow(reason);
    await expect(pulling).rejects.toThrow(image);
    expect(await host.run('cat /run/slept 2>/dev/null || :')).toBe('');
  });

  it('tells of a workload that does not come, and tries it again when it is told something new', async () => {
    await configure(own({ login: null }));
    const image = `${registry.name}/team/web:1`;
    await host.run(tolerantPullCommand(image, 'v1').text);
    const given = async () => (await host.answer(ask(failedPulls)))[image];
    expect(await given()).toMatch(/401 Unauthorized|no basic auth credentials/);
    expect(await host.run('stat -c %a /run/ipvs-bootstrap/failed-pulls')).toBe('600\n');
    await configure(own());
    expect(await given()).toBeUndefined();
    await host.apply(await host.plan(imagesPulled, wanted(`${registry.name}/team/other:1`)));
    const { steps, warnings } = await host.plan(imagesPulled, wanted(`${registry.name}/team/other:1`));
    expect(steps).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/team\/other:1 could not be pulled, and pods may wait for it: .*not found/),
    ]);
    expect(await host.run('cat /run/ipvs-bootstrap/failed-pulls')).not.toContain('team/web:1 ');
  });

  it('tries again, and not for ever, where too much was asked', async () => {
    const name = busy.url.replace('https://', '');
    await configure({ ...plain, name, ca: certificates.ca });
    await expect(pull(`${name}/team/web:1`)).rejects.toThrow(/429 Too Many Requests/);
    expect(await host.run('cat /run/slept')).toBe('2\n8\n');
  });

  it('gives back what somebody else had said of a registry', async () => {
    const path = `/etc/containerd/certs.d/${registry.name.replace(/:(\d+)$/, '_$1_')}`;
    await host.apply(await host.plan(registriesConfigured, { registries: [] }));
    expect(await host.run('ls /etc/containerd /etc/containerd/certs.d')).toBe(
      '/etc/containerd:\ncerts.d\nconfig.toml\n\n/etc/containerd/certs.d:\n',
    );
    await host.run(`mkdir -p ${path} && echo '# theirs' >${path}/hosts.toml`);
    const plan = await host.plan(registriesConfigured, { registries: [own()] });
    expect(plan.warnings).toEqual([
      `${path}/hosts.toml is somebody else's: what it says holds no more until a reset puts it back`,
    ]);
    await host.apply(plan);
    await host.apply(await host.plan(registriesConfigured, { registries: [] }));
    expect(await host.run(`cat ${path}/*`)).toBe('# theirs\n');
    expect((await host.plan(registriesConfigured, { registries: [] })).steps).toEqual([]);
    await host.run(`rm -r ${path}`);
  });
});

/** RunPodSandboxRequest { config: { metadata: { name, uid, namespace }, … } } for the host's network, as gRPC sends it. */
function podRequest(...metadata: readonly string[]): Buffer {
  const field = (number: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
  const fields = metadata.map((text, index) => field(index + 1, Buffer.from(text)));
  const hostNetwork = field(8, field(2, field(1, Buffer.from([8, 2]))));
  const message = field(1, Buffer.concat([field(1, Buffer.concat(fields)), hostNetwork]));
  return Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
}
