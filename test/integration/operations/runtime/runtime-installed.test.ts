// The releases of a container runtime on a host of its own, by the real tar, and gone again: nothing foreign is touched.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runtimeFile, runtimeParts } from '../../../../src/bundle/runtime-releases.ts';
import { runtimeAbsent } from '../../../../src/operations/runtime/runtime-absent.ts';
import { runtimeInstalled } from '../../../../src/operations/runtime/runtime-installed.ts';
import { answerFiles, runtimeSite } from '../../../support/runtime-site.ts';
import { separateHost, type SeparateHost } from '../../../support/separate-host.ts';
import { makeCertificates, type Certificates } from '../../../support/web-certificates.ts';
import { serve, sha256, status } from '../../../support/web-server.ts';
import { WebWorld } from '../../../support/web-world.ts';

const world = new WebWorld();
const versions = { containerd: '2.4.2', runc: '1.5.2', cniPlugins: '1.9.1', crictl: '1.37.0' };
const says = (name: string) => Buffer.from(`#!/bin/sh\necho ${name}\n`);
const programs = ['containerd', 'containerd-shim-runc-v2', 'ctr'];
const plugins = ['bridge', 'loopback'];
const cache = join(world.directory, 'cache');
let files: Readonly<Record<string, Buffer>>;
let certificates: Certificates;
let host: SeparateHost;

beforeAll(() => {
  files = runtimeSite(
    world.directory,
    {
      containerd: Object.fromEntries(programs.map((name) => [name, says(name)])),
      runc: says('runc'),
      cniPlugins: Object.fromEntries(plugins.map((name) => [name, says(name)])),
      crictl: says('crictl'),
    },
    versions,
  );
  for (const directory of [cache, join(world.directory, 'certificates')]) mkdirSync(directory);
  certificates = makeCertificates(join(world.directory, 'certificates'));
});
beforeEach(async () => {
  host = await separateHost();
});
afterEach(async () => {
  await host.stop();
  await world.endTest();
});
afterAll(() => {
  world.end();
});

/** All releases, as the program has fetched them, or for the host to fetch. */
function runtime(site = '', parts: readonly (typeof runtimeParts)[number][] = runtimeParts) {
  const sited = parts.map((part) => runtimeFile(part, site, 'amd64', versions));
  const releases = sited.map(({ part, name, url, directory, program = null }) => {
    const content = files[url.slice(site.length)] ?? Buffer.alloc(0);
    writeFileSync(join(cache, name), content);
    return { part, name, sha256: sha256(content), size: content.length, directory, program };
  });
  const urls = Object.fromEntries(sited.map(({ name, url }) => [name, url]));
  return {
    runtime: {
      source: 'binaries' as const,
      replaces: [],
      architecture: 'amd64' as const,
      directory: cache,
      releases,
      ...(site === '' ? {} : { downloads: { urls, ca: certificates.ca } }),
    },
  };
}

type Args = ReturnType<typeof runtime>;

async function install(args: Args): Promise<void> {
  const { steps } = await host.plan(runtimeInstalled, args);
  await host.apply(steps);
}

async function failureOf(args: Args): Promise<string> {
  return install(args).then(
    () => expect.unreachable(),
    (error: unknown) => (error as Error).message,
  );
}

async function list(): Promise<readonly string[]> {
  const found = await host.run(
    'find /usr/local /opt -type f; ls /var/lib/ipvs-bootstrap/downloads 2>/dev/null || :',
  );
  return found
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

const installed = [
  ...plugins.map((name) => `/opt/cni/bin/${name}`),
  ...[...programs, 'crictl', 'runc'].map((name) => `/usr/local/bin/${name}`),
].sort();

it('all programs come, as of root, and once', async () => {
  await install(runtime());
  expect(await list()).toEqual(installed);
  expect(await host.run('stat -c "%a %U" /usr/local/bin/containerd /opt/cni/bin/bridge')).toBe(
    '755 root\n755 root\n',
  );
  expect(await host.run('containerd; runc; crictl; /opt/cni/bin/bridge')).toBe(
    'containerd\nrunc\ncrictl\nbridge\n',
  );
  expect(await host.plan(runtimeInstalled, runtime())).toEqual({ steps: [] });
});

it('hosts that fetch them themselves come to the same', async () => {
  const { url } = await world.use(serve(answerFiles(files), certificates.good));
  await install(runtime(url));
  expect(await list()).toEqual(installed);
  expect(await host.plan(runtimeInstalled, runtime(url))).toEqual({ steps: [] });
  expect(await host.plan(runtimeInstalled, runtime())).toEqual({ steps: [] });
});

it('a site that fails in the middle leaves whole releases only, and the next run goes on', async () => {
  let isMended = false;
  const good = answerFiles(files);
  const bad = answerFiles(files, { '.tgz': status(404) });
  const site = await world.use(
    serve((request, response) => {
      (isMended ? good : bad)(request, response);
    }, certificates.good),
  );
  expect(await failureOf(runtime(site.url))).toContain('the server answers 404');
  expect(await list()).toEqual([...programs, 'runc'].map((name) => `/usr/local/bin/${name}`).sort());
  isMended = true;
  const before = site.requests.length;
  await install(runtime(site.url));
  expect(await list()).toEqual(installed);
  expect(site.requests.length - before).toBe(2);
});

it('an archive without programs is no release', async () => {
  const site = runtimeSite(
    join(world.directory, 'empty'),
    { containerd: {}, runc: says('runc'), cniPlugins: {}, crictl: says('crictl') },
    versions,
  );
  const args = runtime('', ['cni-plugins']);
  const [release] = args.runtime.releases;
  if (release === undefined) expect.unreachable();
  const [, content = Buffer.alloc(0)] =
    Object.entries(site).find(([path]) => path.endsWith(`/${release.name}`)) ?? [];
  writeFileSync(join(cache, release.name), content);
  const releases = [{ ...release, sha256: sha256(content), size: content.length }];
  expect(await failureOf({ runtime: { ...args.runtime, releases } })).toContain(
    `${release.name} has no programs in it`,
  );
  expect(await host.run('cat /var/lib/ipvs-bootstrap/runtime')).not.toContain('release ');
});

it('what is interrupted between two programs is known for ours, and finished', async () => {
  const { steps } = await host.plan(runtimeInstalled, runtime('', ['containerd']));
  await host.apply(steps);
  await host.run(
    `record=/var/lib/ipvs-bootstrap/runtime; sed -i '/^release/d' $record; rm /usr/local/bin/ctr; rm $record.stamps`,
  );
  const again = await host.plan(runtimeInstalled, runtime('', ['containerd']));
  expect(again.problems).toBeUndefined();
  await host.apply(again.steps);
  expect(await list()).toEqual(programs.map((name) => `/usr/local/bin/${name}`));
  expect(await host.plan(runtimeInstalled, runtime('', ['containerd']))).toEqual({ steps: [] });
});

it('a disk without room keeps what was there, and the next run goes on', async () => {
  await host.run(
    'mkdir -p /opt/cni/bin && mount -t tmpfs -o size=4k none /opt/cni/bin && echo x >/opt/cni/bin/x',
  );
  expect(await failureOf(runtime())).toContain('No space left on device');
  expect(await host.run('ls -A /opt/cni/bin')).toBe('x\n');
  await host.run('umount /opt/cni/bin');
  await install(runtime());
  expect(await list()).toEqual(installed);
});

it('what is no archive is told', async () => {
  const args = runtime('', ['crictl']);
  const [release] = args.runtime.releases;
  const content = Buffer.from('<html>');
  writeFileSync(join(cache, release?.name ?? ''), content);
  const broken = { ...release, sha256: sha256(content), size: content.length } as NonNullable<typeof release>;
  expect(await failureOf({ runtime: { ...args.runtime, releases: [broken] } })).toContain(
    'cannot be unpacked',
  );
  expect((await list()).filter((path) => path.startsWith('/'))).toEqual([]);
});

it('a containerd of somebody else stops it', async () => {
  await host.run(
    'mkdir -p /usr/local/bin; printf "#!/bin/sh\\n" >/usr/local/bin/containerd; chmod 755 /usr/local/bin/*',
  );
  const { steps, problems } = await host.plan(runtimeInstalled, runtime());
  expect(steps).toEqual([]);
  expect(problems?.map(({ message }) => message)).toEqual([
    'there is a container runtime already, and not from us: /usr/local/bin/containerd',
  ]);
});

it('plugins of somebody else stay as they are', async () => {
  await host.run('mkdir -p /opt/cni/bin; echo calico >/opt/cni/bin/loopback');
  await install(runtime());
  expect(await host.run('cat /opt/cni/bin/loopback')).toBe('calico\n');
  expect(await host.plan(runtimeInstalled, runtime())).toEqual({ steps: [] });
  const { steps } = await host.plan(runtimeAbsent, {});
  await host.apply(steps);
  expect(await list()).toEqual(['/opt/cni/bin/loopback']);
});

it('a newer release takes the place of an older one, and all of both goes', async () => {
  await install(runtime());
  const args = runtime();
  const releases = args.runtime.releases.map((release) => {
    if (release.part !== 'runc') return release;
    const content = says('newer');
    writeFileSync(join(cache, 'newer'), content);
    return { ...release, name: 'newer', sha256: sha256(content), size: content.length };
  });
  const newer = { runtime: { ...args.runtime, releases } };
  const { steps } = await host.plan(runtimeInstalled, newer);
  expect(steps.map(({ title }) => title)).toEqual([
    'send newer (0 kB)',
    'install runc in /usr/local/bin',
    'note the checksums in /var/lib/ipvs-bootstrap/runtime.stamps',
  ]);
  await host.apply(steps);
  expect(await host.run('runc')).toBe('newer\n');
  expect(await host.plan(runtimeInstalled, newer)).toEqual({ steps: [] });
  const absent = await host.plan(runtimeAbsent, {});
  await host.apply(absent.steps);
  expect(await list()).toEqual([]);
  expect(await host.run('ls /opt; ls /var/lib/ipvs-bootstrap')).toBe('downloads\n');
  expect((await host.plan(runtimeAbsent, {})).steps).toEqual([]);
});

it("containerd's data goes with it, and what is still mounted there", async () => {
  await install(runtime());
  await host.run('mkdir -p /var/lib/containerd/a /run/containerd/b; mount -t tmpfs none /run/containerd/b');
  const { steps } = await host.plan(runtimeAbsent, {});
  await host.apply(steps);
  expect(await host.run('ls -d /var/lib/containerd /run/containerd 2>/dev/null || :')).toBe('');
});

it('it stays while containers of others run in it', async () => {
  await install(runtime());
  await host.run('mkdir -p /run/containerd/io.containerd.runtime.v2.task/moby/abc');
  const { steps, warnings } = await host.plan(runtimeAbsent, {});
  expect(steps).toEqual([]);
  expect(warnings?.[0]).toContain('(moby)');
});
