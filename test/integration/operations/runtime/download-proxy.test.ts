// What a host fetches itself through a real squid, by the real curl and the real wget.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cmd } from '../../../../src/core/command.ts';
import { contentBytes, Secret } from '../../../../src/core/secret.ts';
import { downloadPath, downloadStep } from '../../../../src/operations/files/download-step.ts';
import { environmentFiles, proxyFiles } from '../../../../src/platform/download-proxy.ts';
import { separateHost, type SeparateHost } from '../../../support/separate-host.ts';
import { startSquid, type Squid } from '../../../support/squid.ts';
import { makeCertificates, type Certificates } from '../../../support/web-certificates.ts';
import { file, serve, sha256, type WebServer } from '../../../support/web-server.ts';
import { WebWorld } from '../../../support/web-world.ts';

const world = new WebWorld();
/** The proxy alone knows where it is; the certificate is for it. */
const name = 'other.example';
const login = { user: 'team\\puller', password: `p@s:s'w"o%r#d` };
const content = Buffer.alloc(10_000, 'x');
const wanted = { name: 'runc', sha256: sha256(content), size: content.length };
const target = downloadPath(wanted);
let certificates: Certificates;
let squid: Squid;
let site: WebServer;
let host: SeparateHost;

beforeAll(async () => {
  mkdirSync(join(world.directory, 'certificates'));
  certificates = makeCertificates(join(world.directory, 'certificates'));
  site = await serve(file(content), certificates.foreign);
  squid = await startSquid({ login, names: [name, 'denied.example'], denied: ['denied.example'] });
});
afterEach(async () => {
  await host.stop();
  await world.endTest();
});
afterAll(async () => {
  await Promise.all([squid.stop(), site.close()]);
  world.end();
});

async function fetchFrom(server: string, password: string, noProxy: readonly string[] = []) {
  const secret = { user: login.user, password: new Secret(password, 'it') };
  const settings = { proxy: squid.url, login: secret, noProxy };
  const [variables] = environmentFiles(settings);
  if (variables === undefined) throw new Error('no variables');
  await host.run(cmd`cat >${proxyFiles.environment}`.text, contentBytes(variables.content));
  const downloads = { urls: { runc: `https://${server}/runc` }, ca: certificates.ca };
  const step = downloadStep(wanted, downloads, noProxy, { silenceSeconds: 60, pauseSeconds: 0 });
  return host.shell(step.command.text, Buffer.from(certificates.ca));
}

const portOf = ({ url }: WebServer) => new URL(url).port;

describe.each([
  ['curl', 'wget'],
  ['wget', 'curl'],
])('by %s', (_, other) => {
  beforeEach(async () => {
    host = await separateHost([other]);
    await host.run('cp -a /etc /run/etc && mkdir -p /run/etc/ipvs-bootstrap && mount --bind /run/etc /etc');
  });

  it('a file comes through a proxy with a login', async () => {
    const seen = squid.log().length;
    const { password } = login;
    expect(await fetchFrom(`${name}:${portOf(site)}`, password)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect(await host.run(`sha256sum <${target}`)).toBe(`${wanted.sha256}  -\n`);
    expect(squid.log().slice(seen).join('\n')).toContain(`CONNECT ${name}`);
  });

  it.each([
    ['a network', '127.0.0.1', ['127.0.0.0/8']],
    ['a name', name, ['.example']],
  ])('it is passed by where %s is excepted', async (_, server, noProxy) => {
    await host.run(`echo '127.0.0.1 ${name}' >>/etc/hosts`);
    const keys = server === name ? certificates.foreign : certificates.good;
    const direct = await world.use(serve(file(content), keys));
    const seen = squid.log().length;
    const answer = await fetchFrom(`${server}:${portOf(direct)}`, 'wrong-word', noProxy);
    expect(answer).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(squid.log().slice(seen)).toEqual([]);
  });

  it.each([
    ['a wrong login', name, 'wrong-word', 'the proxy answers 407: it wants a login, or another one', 1],
    [
      'a site that it denies',
      'denied.example',
      login.password,
      'the proxy answers 403: it lets nobody go there',
      1,
    ],
    [
      'a site that it does not reach',
      'unknown.invalid',
      login.password,
      /the proxy answers 50[03]: it does not/,
      3,
    ],
  ])('%s is told, with the name of the proxy and no password', async (_, server, password, words, asked) => {
    const seen = squid.log().length;
    const { exitCode, stderr } = await fetchFrom(`${server}:${portOf(site)}`, password);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(words);
    expect(stderr).toContain(`(downloads go through the proxy ${squid.place}: cluster.downloads)`);
    expect(stderr).not.toContain(password);
    expect(squid.log().slice(seen)).toHaveLength(asked);
  });
});
