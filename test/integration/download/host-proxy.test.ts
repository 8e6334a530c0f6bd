// A real squid, and hosts that are to go through it: real apt and containerd with the files that the operations write.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { ask } from '../../../src/facts/fact.ts';
import { kubernetesOrigin } from '../../../src/facts/kubernetes/kubernetes-origin.ts';
import { downloadProxyConfigured } from '../../../src/operations/downloads/download-proxy-configured.ts';
import type { DownloadsArg } from '../../../src/operations/downloads/proxy-args.ts';
import { containerdConfigured } from '../../../src/operations/software/containerd-configured.ts';
import { pullCommand } from '../../../src/operations/software/pull-command.ts';
import { registriesConfigured } from '../../../src/operations/software/registries-configured.ts';
import { debFiles, debRepositoryFiles, type DebRepository } from '../../../src/platform/kubernetes-debs.ts';
import { installPackages } from '../../../src/platform/package-managers.ts';
import { textFileSteps } from '../../../src/operations/files/text-file-steps.ts';
import { containerdHost, type ContainerdHost } from '../../support/containerd.ts';
import { makeDeb, signIndex, writeIndex } from '../../support/deb-repository.ts';
import { startRegistry, type Registry } from '../../support/registry.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';
import { startSquid, type Squid } from '../../support/squid.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { closedPort, filesFor, serve, type WebServer } from '../../support/web-server.ts';

/** The proxy alone knows where it is; the certificates are for it. */
const name = 'other.example';
const login = { user: 'team\\puller', password: `p@s:s'w"o%r#d` };
const mirrorLogin = { user: 'mirror', password: '$x"y#z%41' };
const directory = mkdtempSync(join(tmpdir(), 'proxy-'));
const root = join(directory, 'site');
let certificates: Certificates;
let squid: Squid;
let open: Squid;
let registry: Registry;
let mirror: WebServer;
let plainMirror: WebServer;
let signer: SigningKey;
let silent: { readonly place: string; readonly server: Server; readonly sockets: Set<Socket> };
let host: ContainerdHost;

/** As systemd starts it with our drop-in; a host without systemd, and as patient as a test says. */
const programs = {
  containerd: `#!/bin/sh
if [ -r /etc/ipvs-bootstrap/downloads.env ]; then set -a; . /etc/ipvs-bootstrap/downloads.env; set +a; fi
PATH=\${PATH#*:} exec containerd "$@"
`,
  systemctl: '#!/bin/sh\nexit 0\n',
  timeout: '#!/bin/sh\nshift\nexec /usr/bin/timeout "$(cat /run/patience 2>/dev/null || echo 60)" "$@"\n',
  sleep: '#!/bin/sh\nexit 0\n',
};

beforeAll(async () => {
  certificates = makeCertificates(directory);
  signer = makeSigningKey(join(directory, 'signer'));
  const repository = join(root, 'k8s/v1.37/deb');
  makeDeb(repository, { name: 'kubelet', version: '1.37.2-1.1', files: { 'usr/bin/kubelet': 'kubelet' } });
  writeIndex(repository);
  signIndex(repository, signer);
  [registry, mirror, plainMirror, squid, open, silent] = await Promise.all([
    startRegistry({ keys: certificates.foreign }),
    serve(filesFor(mirrorLogin, root), certificates.foreign),
    serve(filesFor(mirrorLogin, root)),
    startSquid({ login, names: [name, 'denied.example'], denied: ['denied.example'] }),
    startSquid({ names: [name] }),
    startSilent(),
  ]);
  await registry.push('team/web', '1');
  host = await containerdHost('of Debian', programs);
  await host.run(`mkdir -p /run/apt/lists/partial /run/apt/cache/archives/partial; : >/run/apt/status
rm -rf /etc/apt/apt.conf /etc/apt/apt.conf.d/* /etc/apt/sources.list /etc/apt/sources.list.d/*
cat >/etc/apt/apt.conf.d/00test <<'end'
Dir::State "/run/apt";
Dir::State::status "/run/apt/status";
Dir::Cache "/run/apt/cache";
Acquire::Retries "0";
end
cp /etc/hosts /run/hosts`);
}, 5 * 60_000);

afterAll(async () => {
  await host.stop();
  await Promise.all([registry.stop(), mirror.close(), plainMirror.close(), squid.stop(), open.stop()]);
  for (const socket of silent.sockets) socket.destroy();
  await new Promise((resolve) => silent.server.close(resolve));
  signer.close();
  rmSync(directory, { recursive: true });
});

/** Where nobody says a word no test waits for long; everywhere else a slow machine is no fault. */
async function waitFor(seconds: number): Promise<void> {
  await host.run(`echo ${seconds} >/run/patience
printf 'Acquire::%s::Timeout "${seconds}";\\n' http https >/etc/apt/apt.conf.d/01patience`);
}

/** It takes connections, and never says a word. */
async function startSilent(): Promise<typeof silent> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { place: `127.0.0.1:${(server.address() as AddressInfo).port}`, server, sockets };
}

function secretLogin({ user, password }: typeof login) {
  return { user, password: new Secret(password, 'password') };
}

function through(place: string, changes: Partial<NonNullable<DownloadsArg>> = {}): DownloadsArg {
  return { proxy: `http://${place}`, login: null, noProxy: ['localhost', '127.0.0.0/8'], ...changes };
}

async function configure(downloads: DownloadsArg): Promise<void> {
  const args = { downloads };
  await host.apply(await host.plan(downloadProxyConfigured, args));
  expect((await host.plan(downloadProxyConfigured, args)).steps).toEqual([]);
}

/** What it says where it fails. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => (error as Error).message,
  );
}

const portOf = (url: string) => new URL(url).port;

describe('apt', () => {
  const useMirror = async (server: WebServer, changes: Partial<DebRepository> = {}): Promise<void> => {
    const scheme = server === mirror ? 'https' : 'http';
    const site = `${scheme}://${name}:${portOf(server.url)}/k8s`;
    const files = debRepositoryFiles({
      site,
      url: `${site}/v1.37/deb/`,
      key: signer.armored,
      ca: server === mirror ? certificates.ca : null,
      login: secretLogin(mirrorLogin),
      isDirect: false,
      ...changes,
    });
    await host.run(`rm -f ${Object.values(debFiles).join(' ')}`);
    await host.apply({ steps: files.flatMap((one) => textFileSteps(one, null)) });
  };
  const update = 'apt-get -q -o APT::Update::Error-Mode=any update 2>&1';
  const fetch = `rm -rf /run/apt/lists/*ebian* /run/apt/lists/*k8s* /run/fetched && mkdir /run/fetched && cd /run/fetched &&
{ ${update} && apt-get -q download kubelet 2>&1; } >/run/apt/out || { cat /run/apt/out >&2; exit 1; }
ls`;

  beforeEach(async () => {
    await waitFor(60);
    await configure(null);
    await host.run('cp /run/hosts /etc/hosts');
  });

  it.each([
    ['https', () => mirror],
    ['http', () => plainMirror],
  ])('logs in at the proxy and at a mirror by %s', async (_, serverOf) => {
    const seen = squid.log().length;
    await useMirror(serverOf());
    await configure(through(squid.place, { login: secretLogin(login) }));
    expect(await host.run(fetch)).toMatch(/^kubelet_1\.37\.2-1\.1_amd64\.deb$/m);
    expect(squid.log().slice(seen).join('\n')).toContain('/200');
    const modes =
      'stat -c "%a %n" /etc/apt/auth.conf.d/* /etc/apt/apt.conf.d/zz-ipvs-bootstrap-proxy /etc/ipvs-bootstrap/downloads.env';
    expect(await host.run(modes)).toBe(`600 /etc/apt/auth.conf.d/ipvs-bootstrap-kubernetes.conf
600 /etc/apt/auth.conf.d/ipvs-bootstrap-proxy.conf
644 /etc/apt/apt.conf.d/zz-ipvs-bootstrap-proxy
600 /etc/ipvs-bootstrap/downloads.env
`);
  });

  it('is told by the mirror that its login is wrong', async () => {
    await useMirror(mirror, { login: secretLogin({ ...mirrorLogin, password: 'wrong-word' }) });
    await configure(through(open.place));
    const said = await failureOf(host.run(fetch));
    expect(said).toMatch(/401 {2}?Unauthorized/);
    expect(said).not.toContain('wrong-word');
  });

  it('goes past the proxy to a mirror of ours, and to hosts of its own that are excepted', async () => {
    await host.run(`echo '127.0.0.1 ${name}' >>/etc/hosts`);
    await useMirror(mirror, { isDirect: true });
    await configure(through(silent.place, { noProxy: [name] }));
    expect(await host.run(fetch)).toContain('kubelet_');
    await useMirror(mirror);
    await host.run(`mv ${debFiles.list} /etc/apt/sources.list.d/own.list`);
    await configure(through(silent.place, { noProxy: ['.example'] }));
    expect(await host.run(fetch)).toContain('kubelet_');
    await host.run('rm /etc/apt/sources.list.d/own.list');
  });

  const install = `${installPackages.debian.text}; install_packages no-such-package`;

  it.each([
    [
      'a wrong login',
      () => through(squid.place, { login: secretLogin({ ...login, password: 'wrong-word' }) }),
      /407/,
    ],
    ['no login', () => through(squid.place), /407/],
    ['a proxy that is away', () => through('127.0.0.1:9'), /Could not connect|connection refused/i],
    ['a proxy that says nothing', () => through(silent.place), /Reading from proxy failed/],
  ])('%s is told, with the name of the proxy and no password', async (_, downloads, reason) => {
    const wanted = downloads();
    await useMirror(mirror);
    await configure(wanted);
    if (wanted?.proxy.endsWith(silent.place) === true) await waitFor(2);
    const said = await failureOf(host.run(`( ${install} ) >&2`));
    expect(said).toMatch(reason);
    const place = wanted?.proxy.replace('http://', '') ?? '';
    expect(said).toContain(`(downloads go through the proxy ${place}: cluster.downloads)`);
    expect(said).not.toContain('wrong-word');
  });

  it('is told that the proxy denies the mirror', async () => {
    const site = `https://denied.example:${portOf(mirror.url)}/k8s`;
    await useMirror(mirror, { site, url: `${site}/v1.37/deb/` });
    await configure(through(squid.place, { login: secretLogin(login) }));
    expect(await failureOf(host.run(fetch))).toMatch(/403/);
  });
});

describe('containerd', () => {
  const image = () => `${name}:${portOf(registry.url)}/team/web:1`;
  const pull = () => host.run(pullCommand(image(), 'v1').text);
  const start = async (downloads: DownloadsArg): Promise<void> => {
    const own = {
      name: `${name}:${portOf(registry.url)}`,
      mirrors: [],
      mirrorsOnly: false,
      ca: certificates.ca,
      login: null,
    };
    await configure(downloads);
    await host.apply(await host.plan(registriesConfigured, { registries: [own] }));
    const configured = { pauseImage: image(), registries: [own] };
    await host.apply(await host.plan(containerdConfigured, configured));
    await host.restart();
    await host.run(`ctr -n k8s.io images ls -q | xargs -r ctr -n k8s.io images rm --sync`);
  };

  beforeEach(async () => {
    await host.run('cp /run/hosts /etc/hosts');
  });

  it('pulls through a proxy with a login, which alone knows where the registry is', async () => {
    await start(through(squid.place, { login: secretLogin(login) }));
    await pull();
    await start(null);
    expect(await failureOf(pull())).toContain(`lookup ${name}`);
  });

  it('pulls past it what is excepted', async () => {
    await host.run(`echo '127.0.0.1 ${name}' >>/etc/hosts`);
    await start(through(silent.place, { noProxy: [name] }));
    await pull();
    await start(null);
    await pull();
  });

  it.each([
    [
      'a wrong login',
      () => through(squid.place, { login: secretLogin({ ...login, password: 'wrong-word' }) }),
      /Proxy Authentication Required/,
    ],
    [
      'a proxy that is away',
      () => through('127.0.0.1:9'),
      /proxyconnect tcp: dial tcp 127\.0\.0\.1:9: .*connection refused/,
    ],
  ])('%s is told, with the name of the proxy and no password', async (_, downloads, reason) => {
    const wanted = downloads();
    await start(wanted);
    const said = await failureOf(pull());
    expect(said).toMatch(reason);
    expect(said).toContain(
      `through the proxy ${wanted?.proxy.replace('http://', '') ?? ''}: cluster.downloads`,
    );
    expect(said).not.toContain('wrong-word');
  });
});

describe('whether a host reaches the site of the packages', () => {
  beforeEach(() => waitFor(60));

  const reach = async (proxy: string, site: string) => {
    const question = { host: site, port: Number(portOf(mirror.url)), proxy };
    return (await host.answer(ask(kubernetesOrigin, question))).reachesSite;
  };

  it('is asked of the proxy', async () => {
    expect(await reach(open.place, name)).toBe(true);
    expect(await reach(open.place, 'unknown.invalid')).toBe(false);
    expect(await reach('127.0.0.1:9', name)).toBe(false);
    await waitFor(3);
    expect(await reach(silent.place, name)).toBe(false);
  });

  it('is taken for granted where the proxy wants a login, and not where it denies the site', async () => {
    expect(await reach(squid.place, name)).toBe(true);
    expect(await reach(squid.place, 'denied.example')).toBe(false);
  });

  it('is asked of the proxy for a site without TLS, too', async () => {
    const plain = async (place: string, site: string) => {
      const question = { host: site, port: Number(portOf(plainMirror.url)), proxy: place, isPlain: true };
      return (await host.answer(ask(kubernetesOrigin, question))).reachesSite;
    };
    expect(await plain(open.place, name)).toBe(true);
    expect(plainMirror.requests.at(-1)?.url).toBe('/');
    expect(await plain(squid.place, name)).toBe(true);
    expect(await plain(open.place, 'unknown.invalid')).toBe(false);
    expect(await plain(squid.place, 'denied.example')).toBe(false);
  });

  it("is not taken for granted because of apt's settings that are ours", async () => {
    const question = { host: '127.0.0.1', port: await closedPort() };
    const reaches = async () => (await host.answer(ask(kubernetesOrigin, question))).reachesSite;
    await configure(through(open.place));
    expect(await reaches()).toBe(false);
    await host.run(`echo 'Acquire::http::Proxy "${open.url}";' >/etc/apt/apt.conf.d/50own`);
    expect(await reaches()).toBe(true);
    await host.run('rm /etc/apt/apt.conf.d/50own');
  });
});
