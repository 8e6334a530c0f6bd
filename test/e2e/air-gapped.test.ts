// A room without internet: nodes that reach nothing but each other become a cluster from a bundle that was made elsewhere.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { loadBundle } from '../../src/bundle/load.ts';
import { newestVersion } from '../../src/lab/bundle/versions.ts';
import { makeSigner } from '../support/bundle-world.ts';
import { signIndex } from '../support/deb-repository.ts';
import { bootLab, note, type TestLab } from '../support/e2e-lab.ts';
import { makeKubernetesDebs } from '../support/kubernetes-debs.ts';
import { program, recordedRun, tail } from '../support/program.ts';
import { startRegistry, type Registry } from '../support/registry.ts';
import { makeSigningKey, type SigningKey } from '../support/signing-key.ts';
import { makeCertificates } from '../support/web-certificates.ts';
import { file, serve, status, type WebServer } from '../support/web-server.ts';

const packageVersion = newestVersion.replace(/^v/, '');
const newer = packageVersion.replace(/\d+$/, (patch) => String(Number(patch) + 1));
const minor = packageVersion.replace(/\.\d+$/, '');
const login = { user: 'reader', password: 'of the test' };
const directory = mkdtempSync(join(tmpdir(), 'air-gapped-'));
const path = (name: string): string => join(directory, name);
let lab: TestLab;
let site: WebServer;
let registry: Registry;
let signer: SigningKey;
/** The lab's own bundle: what the servers have comes from it. */
let source = '';

beforeAll(async () => {
  lab = await bootLab({
    name: 'air-gapped',
    subnet: '100.74.0.0/16',
    more: ['--release', '12,13'],
    change: (inventory) => {
      source = String(inventory.getIn(['cluster', 'kubernetes', 'source', 'bundle']));
    },
  });
  mkdirSync(path('certificates'));
  const certificates = makeCertificates(path('certificates'));
  writeFileSync(path('ca.pem'), certificates.ca);
  signer = makeSigningKey(path('packages-key'));
  const repository = join(directory, 'packages', `v${minor}`, 'deb');
  await makeKubernetesDebs(repository, { bundle: source, version: packageVersion, newer });
  signIndex(repository, signer);
  site = await serve(answer, certificates.good);
  registry = await startRegistry({ keys: certificates.good, login });
  const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  writeFileSync(path('auth.json'), JSON.stringify({ auths: { [registry.name]: { auth } } }), { mode: 0o600 });
});
afterAll(async () => {
  await Promise.all([lab.remove(), site.close(), registry.stop()]);
  signer.close();
  rmSync(directory, { recursive: true, force: true });
});

/** As pkgs.k8s.io has them. */
const answer: RequestListener = (request, response) => {
  const found = normalize(decodeURIComponent(request.url ?? '/'));
  // Without a date, apt would take what it has of an older file for the beginning of a newer one.
  delete request.headers.range;
  try {
    file(readFileSync(join(directory, 'packages', found)))(request, response);
  } catch {
    status(404)(request, response);
  }
};

it('the lab’s images go to a registry, and a signed bundle is made from there', async () => {
  const access = ['--ca', path('ca.pem'), '--authfile', path('auth.json')];
  const pushed = await program('bundle', 'push', `${registry.name}/k8s`, source, ...access);
  expect(pushed.exitCode, tail(pushed)).toBe(0);
  // Lists of packages and programs of a test are of no use to the user who runs it.
  vi.stubEnv('XDG_CACHE_HOME', path('cache'));
  const { key } = makeSigner(directory, 'ops');
  const created = await program(
    ...[
      'bundle',
      'create',
      path('bundle'),
      '--kubernetes',
      newestVersion,
      '--release',
      '12,13',
      '--sign',
      key,
    ],
    ...['--from', 'packages', '--key', signer.fingerprint],
    ...['--mirror', site.url, '--image-repository', `${registry.name}/k8s`, ...access],
    ...['--image', `${registry.name}/k8s/library/nginx:latest`],
  );
  vi.unstubAllEnvs();
  expect(created.exitCode, tail(created)).toBe(0);
  const { manifest } = await loadBundle(path('bundle'));
  note(`${manifest.files.length} files in ${created.seconds} s`);
});

it('nodes without container runtime, without network beyond the room, become a cluster', async () => {
  const packages = 'containerd runc containernetworking-plugins iptables';
  for (const { name } of lab.nodes) {
    await lab.on(
      name,
      `DEBIAN_FRONTEND=noninteractive apt-get -qq -y purge ${packages} && rm -rf /var/lib/containerd`,
    );
    const away = await lab.on(
      name,
      'timeout 5 bash -c "</dev/tcp/192.0.2.1/443" 2>/dev/null || echo no way out',
    );
    expect(away.trim()).toBe('no way out');
    expect(await lab.on(name, 'getent hosts deb.debian.org || echo no name')).toContain('no name');
  }
  const text = readFileSync(lab.inventory, 'utf8');
  writeFileSync(path('cluster.yaml'), changed(text));
  const up = await recordedRun('up', path('cluster.yaml'));
  expect(up.exitCode, tail(up)).toBe(0);
  note(`up took ${up.seconds} s`);
  const again = await recordedRun('up', path('cluster.yaml'));
  expect(again.exitCode, tail(again)).toBe(0);
  expect(again.hosts.map(({ changed: tasks }) => tasks)).toEqual([0, 0]);
  for (const { name } of lab.nodes) {
    const images = await lab.on(name, 'ctr -n k8s.io images ls -q');
    expect(images).toContain(`${registry.name}/k8s/kube-proxy:${newestVersion}`);
    expect(images).not.toContain('ipvs-bootstrap.local');
    const held = await lab.on(name, 'apt-mark showhold');
    expect(held.trim().split('\n').toSorted(), name).toEqual(
      ['cri-tools', 'kubeadm', 'kubectl', 'kubelet', 'kubernetes-cni'].toSorted(),
    );
    const there = await lab.on(name, 'command -v kubeadm kubelet kubectl crictl; ls /var/lib/ipvs-bootstrap');
    expect(there).toContain('/usr/bin/kubelet');
    expect(there).not.toMatch(/\/usr\/local|^packages$/m);
    expect(await lab.on(name, 'find /etc/apt -name "*ipvs-bootstrap*"')).toBe('');
  }
});

/** The lab's inventory with the new bundle, its signer, and the image's name in the registry. */
function changed(text: string): string {
  const document = parseDocument(text);
  document.setIn(['cluster', 'kubernetes', 'source'], {
    bundle: path('bundle'),
    allowedSigners: path('ops.allowed'),
  });
  // Nodes of a lab have one processor, and a kernel that knows no cpusets.
  document.setIn(['cluster', 'kubernetes', 'ignorePreflightErrors'], ['NumCPU', 'SystemVerification']);
  for (const namespace of [0, 1]) {
    document.setIn(
      ['workloads', namespace, 'deployments', 0, 'image'],
      `${registry.name}/k8s/library/nginx:latest`,
    );
  }
  return document.toString();
}

it('of a bundle that was changed on the way no host gets anything', async () => {
  const manifest = readFileSync(join(path('bundle'), 'manifest.json'), 'utf8');
  writeFileSync(
    join(path('bundle'), 'manifest.json'),
    manifest.replace('"use": "workload"', '"use": "node"'),
  );
  const refused = await program('up', path('cluster.yaml'));
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toContain('the signature of the bundle');
});
