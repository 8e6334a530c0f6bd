// What bundles are made from, on loopback: the site of Kubernetes' programs, a registry with a login, a Debian archive.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostBase, hostPackages } from '../../src/bundle/make/host-packages.ts';
import { serveArchive, type DebianArchive, type PackageToMake } from './debian-archive.ts';
import { entry } from './entry.ts';
import { makeKubernetesRepository, packageSite, type KubernetesRepository } from './kubernetes-repository.ts';
import { startRegistry, type Registry } from './registry.ts';
import { makeSigningKey, type SigningKey } from './signing-key.ts';
import { makeCertificates } from './web-certificates.ts';
import { file, serve, sha256, status, type WebServer } from './web-server.ts';

export const version = 'v1.37.2';
const own = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
/** What the kubeadm of these tests names, below the repository. */
export const kubernetesNames = [
  ...own.map((name) => `${name}:${version}`),
  'coredns/coredns:v1.14.1',
  'pause:3.10.2',
  'etcd:3.6.8-0',
];
const login = { user: 'reader', password: 'of the test' };

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BundleWorld {
  readonly directory: string;
  readonly path: (...parts: readonly string[]) => string;
  readonly site: WebServer;
  readonly registry: Registry;
  readonly archive: DebianArchive;
  /** What stands before the names of Kubernetes' images. */
  readonly repository: string;
  /** Options of `bundle create` that name all of these servers. */
  readonly sources: readonly string[];
  /** Kubernetes as packages, on the same site. */
  readonly packages: KubernetesRepository;
  /** Who signs the packages. */
  readonly signer: SigningKey;
  /** Options for registries. */
  readonly access: readonly string[];
  /** Options that name the site of the packages. */
  readonly packageSources: readonly string[];
  /** Answers of the site to some of its paths, such as `kubelet` and `kubelet.sha256`, and to files of the repository. */
  readonly changed: Map<string, RequestListener>;
  readonly programs: Readonly<Record<string, Buffer>>;
  /** Starts the built program where /etc/apt names the archive. */
  start(...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> };
  run(...args: readonly string[]): Promise<Ended>;
  /** Forgets what was fetched, but not what is in bundles. */
  forget(): void;
  stop(): Promise<void>;
}

export async function startBundleWorld(): Promise<BundleWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-world-'));
  const path = (...parts: readonly string[]): string => join(directory, ...parts);
  for (const name of ['certificates', 'archive', 'apt', 'repository']) mkdirSync(path(name));
  const certificates = makeCertificates(path('certificates'));
  writeFileSync(path('ca.pem'), certificates.ca);
  const programs = madePrograms();
  const changed = new Map<string, RequestListener>();
  const signer = makeSigningKey(path('signer'));
  const packages = makeKubernetesRepository(path('repository'), String(programs['kubeadm']));
  packages.sign(signer);
  const site = await serve(answerer(programs, packages, changed), certificates.good);
  const registry = await startRegistry({ keys: certificates.good, login });
  for (const name of kubernetesNames) {
    await push(registry, `k8s/${name}`);
    await push(registry, `arm/${name}`, 'arm64');
  }
  await push(registry, 'team/web:1.0');
  const archive = await serveArchive(path('archive'), suites());
  writeFileSync(path('apt', 'sources.list'), archive.source);
  const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  writeFileSync(path('auth.json'), JSON.stringify({ auths: { [registry.name]: { auth } } }), { mode: 0o600 });
  const access = ['--ca', path('ca.pem'), '--authfile', path('auth.json')];
  const start = (...args: readonly string[]) => startProgram(directory, args);
  return {
    directory,
    path,
    site,
    registry,
    archive,
    repository: `${registry.name}/k8s`,
    sources: ['--mirror', `${site.url}/mirror`, '--image-repository', `${registry.name}/k8s`, ...access],
    access,
    packages,
    signer,
    packageSources: [
      ...['--from', 'packages', '--mirror', `${site.url}${packageSite}`, '--key', signer.fingerprint],
      ...['--image-repository', `${registry.name}/k8s`, ...access],
    ],
    changed,
    programs,
    start,
    run: (...args) => start(...args).ended,
    forget: () => {
      rmSync(path('cache', 'ipvs-bootstrap'), { recursive: true, force: true });
    },
    stop: async () => {
      await Promise.all([site.close(), registry.stop(), archive.close()]);
      signer.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The program is data of the test's site: a kubeadm that can do the one thing that is asked of it. */
function madePrograms(): Readonly<Record<string, Buffer>> {
  const list = kubernetesNames.map((name) => `echo "$repository/${name.replace('coredns/', '')}"\n`).join('');
  const kubeadm = `#!/bin/sh
for word in "$@"; do
  case $word in --image-repository=*) repository=\${word#*=} ;; esac
done
${list}`;
  return {
    kubeadm: Buffer.from(kubeadm),
    kubelet: Buffer.from('kubelet '.repeat(50_000)),
    kubectl: Buffer.from('kubectl '.repeat(20_000)),
  };
}

function answerer(
  programs: Readonly<Record<string, Buffer>>,
  packages: KubernetesRepository,
  changed: ReadonlyMap<string, RequestListener>,
): RequestListener {
  return (request, response) => {
    const { url = '' } = request;
    const ofPackages = packages.answer(url);
    // Files of a test have no date: apt would take what it has of an older one for the beginning of a newer one.
    if (ofPackages !== undefined) delete request.headers.range;
    const usual = ofPackages ?? answerOf(programs, url);
    const answer = usual === undefined ? status(404) : (changed.get(url.replace(/^.*\//, '')) ?? usual);
    answer(request, response);
  };
}

function answerOf(programs: Readonly<Record<string, Buffer>>, url: string): RequestListener | undefined {
  const found = /^\/mirror\/release\/v1\.37\.2\/bin\/linux\/(amd64|arm64)\/(\w+)(\.sha256)?$/.exec(url);
  const [, architecture = '', name = '', checksum] = found ?? [];
  const known = programs[name];
  if (known === undefined) return undefined;
  const content = architecture === 'amd64' ? known : Buffer.concat([known, Buffer.from(architecture)]);
  return file(checksum === undefined ? content : Buffer.from(sha256(content)));
}

async function push(registry: Registry, name: string, architecture?: string): Promise<void> {
  const [repository = '', tag = ''] = name.replace('/coredns/coredns', '/coredns').split(':');
  await registry.push(repository, tag, name, architecture);
}

/** All that the tool asks for, and one package that another needs. */
function suites(): Readonly<Record<string, readonly PackageToMake[]>> {
  const base = ['base-files', ...hostBase.filter((name) => !name.startsWith('?'))];
  const fields: Readonly<Record<string, readonly string[]>> = {
    'base-files': ['Essential: yes', 'Priority: required'],
    ipvsadm: ['Depends: libnl-3'],
  };
  const suite = (version: string): readonly PackageToMake[] =>
    [...base, ...hostPackages, 'libnl-3'].map((name) => ({
      name,
      version,
      files: { [`usr/share/${name}`]: name },
      fields: fields[name] ?? [],
    }));
  return {
    bookworm: suite('1.0-1'),
    'bookworm-updates': [],
    trixie: suite('2.0-1'),
    'trixie-updates': [],
  };
}

/** In a mount namespace of its own, where the archive is all that /etc/apt knows. */
function startProgram(directory: string, args: readonly string[]) {
  const script = 'mount --bind "$0/apt" /etc/apt && exec "$@"';
  const words = ['--mount', 'sh', '-c', script, directory, process.execPath, entry, ...args];
  const child = spawn('unshare', words, {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      XDG_CACHE_HOME: join(directory, 'cache'),
      XDG_STATE_HOME: join(directory, 'state'),
      HOME: directory,
      https_proxy: '',
      HTTPS_PROXY: '',
      http_proxy: '',
    },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ exitCode, ...output });
    });
  });
  return { child, ended };
}

/** A key of SSH, and the file that names who has it. */
export function makeSigner(
  directory: string,
  name: string,
): { readonly key: string; readonly allowed: string } {
  const key = join(directory, `${name}.key`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key]);
  const allowed = join(directory, `${name}.allowed`);
  const publicKey = execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' });
  writeFileSync(allowed, `${name}@example.org ${publicKey}`);
  return { key, allowed };
}
