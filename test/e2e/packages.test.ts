// Kubernetes from package repositories, on Debian 12 and 13, and its images from a registry with a login: the key, the
// version, what goes wrong on the way, and back.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseDocument, type Document } from 'yaml';
import { newestVersion } from '../../src/lab/bundle/versions.ts';
import { signIndex, writeIndex } from '../support/deb-repository.ts';
import { bootLab, note, type TestLab } from '../support/e2e-lab.ts';
import { makeKubernetesDebs } from '../support/kubernetes-debs.ts';
import { planBreaches } from '../support/plan-truth.ts';
import { program, recordedRun, tail, type RunRecord } from '../support/program.ts';
import { startRegistry, type Registry } from '../support/registry.ts';
import { makeSigningKey, type SigningKey } from '../support/signing-key.ts';
import { makeCertificates } from '../support/web-certificates.ts';
import { file, serve, status, type WebServer } from '../support/web-server.ts';

const subnet = '100.72.0.0/16';
/** This machine as the nodes see it. */
const machine = '100.72.0.1';
const version = newestVersion.replace(/^v/, '');
const newer = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));
const minor = version.replace(/\.\d+$/, '');
const names = ['kubeadm', 'kubelet', 'kubectl', 'cri-tools', 'kubernetes-cni'];
const source = ['cluster', 'kubernetes', 'source'];

const root = mkdtempSync(join(tmpdir(), 'ipvs-bootstrap-packages-'));
/** What no server has. */
const directory = mkdtempSync(join(tmpdir(), 'ipvs-bootstrap-keys-'));
const login = { user: 'puller', password: 'of the test' };
const repository = join(root, 'k8s', `v${minor}`, 'deb');
let lab: TestLab;
let site: WebServer;
/** Has the packages of Kubernetes, behind a certificate of the company's. */
let mirror: WebServer;
let registry: Registry;
let signer: SigningKey;
let other: SigningKey;

/** What each node's administrator has said to the kubelet before. */
let settings: readonly string[] = [];

beforeAll(async () => {
  vi.stubEnv('REGISTRY_PASSWORD', login.password);
  signer = makeSigningKey(join(directory, 'signer'));
  other = makeSigningKey(join(directory, 'other'));
  let bundle = '';
  lab = await bootLab({
    name: 'e2e-pkg',
    subnet,
    more: ['--release', '12,13'],
    change: (inventory) => {
      bundle = String(inventory.getIn([...source, 'bundle']));
    },
  });
  const certificates = makeCertificates(directory, machine);
  writeFileSync(join(dirname(lab.inventory), 'ca.pem'), certificates.ca);
  site = await serve(answer, undefined, machine);
  mirror = await serve(answer, certificates.good, machine);
  registry = await startRegistry({ keys: certificates.good, login, address: machine });
  await pushImages(bundle);
  await makeKubernetesDebs(repository, { bundle, version, newer });
  for (const release of ['debian-12', 'debian-13']) mirrorOf(bundle, release);
  writeFileSync(lab.inventory, String(withPackages(lab.inventory, signer.fingerprint)));
  for (const { name } of lab.nodes) await useMirror(name);
  settings = await settingsOfNodes();
});

afterAll(async () => {
  await lab.remove();
  await Promise.all([site.close(), mirror.close(), registry.stop()]);
  for (const key of [signer, other]) key.close();
  for (const one of [root, directory]) rmSync(one, { recursive: true });
});

/** What lies below the root. */
const answer: Parameters<typeof serve>[0] = (request, response) => {
  const path = normalize(decodeURIComponent(request.url ?? '/'));
  // Without a date, apt would take what it has of an older file for the beginning of a newer one.
  delete request.headers.range;
  try {
    file(readFileSync(join(root, path)))(request, response);
  } catch {
    status(404)(request, response);
  }
};

/** The distribution's own packages that the nodes lack, as a company's mirror has them. */
function mirrorOf(bundle: string, release: string): void {
  cpSync(join(bundle, 'packages', release), join(root, release), { recursive: true });
  writeIndex(join(root, release));
}

/** The lab's images, under the names that a mirror has. */
async function pushImages(bundle: string): Promise<void> {
  const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const file = join(directory, 'auth.json');
  writeFileSync(file, JSON.stringify({ auths: { [registry.name]: { auth } } }), { mode: 0o600 });
  const access = ['--ca', join(dirname(lab.inventory), 'ca.pem'), '--authfile', file];
  const pushed = await program('bundle', 'push', `${registry.name}/k8s`, bundle, ...access);
  expect(pushed.exitCode, tail(pushed)).toBe(0);
}

function withPackages(path: string, fingerprint: string): Document {
  const inventory = parseDocument(readFileSync(path, 'utf8'));
  // The hosts choose: the other site is nowhere.
  const packages = { mirror: `${mirror.url}/k8s`, ca: './ca.pem', key: fingerprint };
  inventory.setIn(source, { packages, binaries: { mirror: 'https://127.0.0.1:1' } });
  inventory.setIn(['cluster', 'images'], { repository: `${registry.name}/k8s` });
  const own = { ca: './ca.pem', login: { user: login.user, password: { env: 'REGISTRY_PASSWORD' } } };
  const dockers = { mirrors: [`${registry.url}/v2/k8s`], mirrorsOnly: true };
  inventory.setIn(['cluster', 'registries'], { [registry.name]: own, 'docker.io': dockers });
  // Nodes of a lab have one processor, and a kernel that knows no cpusets.
  inventory.setIn(['cluster', 'kubernetes', 'ignorePreflightErrors'], ['NumCPU', 'SystemVerification']);
  return inventory;
}

/** As its administrator has it: a mirror, and a repository that was closed years ago. */
async function useMirror(node: string): Promise<void> {
  const lists = '/etc/apt/sources.list.d';
  await lab.on(
    node,
    `rm ${lists}/0000debian.sources; . /etc/os-release; ` +
      `echo "deb [trusted=yes] ${site.url}/debian-$VERSION_ID ./" >${lists}/mirror.list; ` +
      `echo "deb ${site.url}/closed kubernetes-xenial main" >${lists}/closed.list`,
  );
}

async function settingsOfNodes(): Promise<readonly string[]> {
  const read = lab.nodes.map(({ name }) =>
    lab.on(name, 'stat -c %a /etc/default/kubelet; cat /etc/default/kubelet'),
  );
  return Promise.all(read);
}

/** What of Kubernetes a node has, and whatever it knows of our repository. */
const traces = `dpkg-query -W -f '\${Package} \${Version} \${db:Status-Want}\\n' ${names.join(' ')} 2>/dev/null;
find /etc/apt -name '*ipvs-bootstrap*' | sort`;

/** What apt needs to know before there may be a list. */
const aptFiles = [
  '/etc/apt/apt.conf.d/90ipvs-bootstrap-kubernetes',
  '/etc/apt/keyrings/ipvs-bootstrap-kubernetes-ca.pem',
  '/etc/apt/keyrings/ipvs-bootstrap-kubernetes.asc',
];

/** What the package managers of both nodes said at last. */
function failuresOf({ hosts }: RunRecord): readonly string[] {
  expect(hosts.map(({ failed }) => failed)).toEqual(lab.nodes.map(() => 1));
  return hosts.map(({ error }) => error?.detail ?? '');
}

describe('Kubernetes from packages', { concurrent: false }, () => {
  it('is not taken from whoever has another key', async () => {
    signIndex(repository, signer);
    const mine = join(dirname(lab.inventory), 'other-key.yaml');
    writeFileSync(mine, String(withPackages(lab.inventory, other.fingerprint)));
    const up = await program('up', mine);
    expect(up.exitCode, tail(up)).toBe(6);
    expect(up.stderr).toContain(`is the key ${signer.fingerprint} instead of ${other.fingerprint}`);
    expect(up.stderr).toContain('other-key.yaml:');
    note(/^.*is the key.*$/m.exec(up.stderr)?.[0] ?? '');
  });

  it('is refused by the hosts when somebody else has signed it, and the repository is not left behind', async () => {
    signIndex(repository, other, signer.armored);
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(6);
    for (const said of failuresOf(up)) {
      expect(said).toContain(other.fingerprint.slice(-16));
      note(said);
    }
    for (const { name } of lab.nodes) {
      expect((await lab.on(name, traces)).split('\n')).toEqual(aptFiles);
    }
  });

  it('is not installed from a file that is cut off', async () => {
    const pool = join(repository, 'amd64');
    const kubelet = join(pool, readdirSync(pool).find((name) => name.startsWith(`kubelet_${version}`)) ?? '');
    const whole = readFileSync(kubelet);
    signIndex(repository, signer);
    truncateSync(kubelet, whole.length / 2);
    const up = await recordedRun('up', lab.inventory);
    writeFileSync(kubelet, whole);
    expect(up.exitCode, tail(up)).toBe(6);
    for (const said of failuresOf(up)) expect(said).toMatch(/unexpected size|Hash Sum mismatch/);
    for (const { name } of lab.nodes) expect(await lab.on(name, traces)).not.toContain(version);
    note(failuresOf(up)[0] ?? '');
  });

  it('goes on from there to a proved cluster, in the version that was asked for', async () => {
    const plan = await recordedRun('plan', lab.inventory);
    expect(plan.exitCode, tail(plan)).toBe(2);
    expect(plan.stderr).toMatch(
      /^Kubernetes comes from packages: all hosts have apt and reach 100\.72\.0\.1:\d+$/m,
    );
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    expect(planBreaches(plan.events, up.events)).toEqual([]);
    note(`up: ${up.seconds} s`);
    for (const { name } of lab.nodes) {
      const there = await lab.on(
        name,
        `${traces}; command -v kubeadm kubelet kubectl crictl; ls /usr/local/bin`,
      );
      expect(there.trim().split('\n').toSorted(), name).toEqual(
        [
          `kubeadm ${version}-1.1 hold`,
          `kubelet ${version}-1.1 hold`,
          `kubectl ${version}-1.1 hold`,
          'cri-tools 1.36.0-1.1 hold',
          'kubernetes-cni 1.8.0-1.1 hold',
          ...aptFiles,
          '/etc/apt/sources.list.d/ipvs-bootstrap-kubernetes.list',
          '/usr/bin/kubeadm',
          '/usr/bin/kubelet',
          '/usr/bin/kubectl',
          '/usr/bin/crictl',
        ].toSorted(),
      );
    }
  });

  it('stays as it is when the host upgrades everything', async () => {
    expect(await lab.on('worker1', 'apt-get -s dist-upgrade')).not.toContain(newer);
  });

  it('needs no repository any more: a second up changes nothing while that is away', async () => {
    await Promise.all([mirror.close(), registry.stop()]);
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    expect(up.hosts.map(({ changed }) => changed)).toEqual(lab.nodes.map(() => 0));
    expect(up.stderr).toContain('Kubernetes comes from packages: master1 has its Kubernetes from there');
    const verify = await program('verify', '--traffic', lab.inventory);
    expect(verify.exitCode, tail(verify)).toBe(0);
  });

  it('is taken back by reset, with its repository', async () => {
    const reset = await recordedRun('reset', '--yes', lab.inventory);
    expect(reset.exitCode, tail(reset)).toBe(0);
    for (const { name } of lab.nodes) {
      expect(
        await lab.on(
          name,
          `${traces}; command -v kubeadm kubelet kubectl; ls /etc/ipvs-bootstrap /var/lib/ipvs-bootstrap 2>/dev/null; true`,
        ),
      ).toBe('');
    }
    expect(settings.join()).toContain('KUBELET_EXTRA_ARGS');
    expect(await settingsOfNodes()).toEqual(settings);
  });
});
