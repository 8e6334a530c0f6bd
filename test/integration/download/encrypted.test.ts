// TLS with certificates of a company's own CA, and a proxy that wants a login.
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates, type Certificates, type KeyPair } from '../../support/web-certificates.ts';
import {
  closedPort,
  serve,
  serveProxy,
  status,
  type WebProxy,
  type WebServer,
} from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
let certificates: Certificates;

beforeAll(() => {
  certificates = makeCertificates(world.directory);
});
afterEach(() => world.endTest());
afterAll(() => {
  world.end();
});

async function tlsServer(keys: KeyPair): Promise<WebServer> {
  return world.use(serve((_, response) => response.end('fine'), keys));
}

describe('TLS', () => {
  it('is refused when the CA is not known, with the way out', async () => {
    const { url, requests } = await tlsServer(certificates.good);
    const error = await failure(world.text(url));
    expect(error.message).toMatch(/: the certificate of 127\.0\.0\.1:\d+ is from a CA that is not known$/);
    expect(error.code).toBe('download.failed');
    expect(error.hint).toContain('option "ca"');
    expect(requests).toEqual([]);
    expect(world.clock.sleeps).toEqual([]);
  });

  it('is accepted when the CA is named', async () => {
    const { url } = await tlsServer(certificates.good);
    expect(await world.text(url, { ca: certificates.ca })).toBe('fine');
    expect(await world.text(url, { ca: `# Ours\n${certificates.good.cert}\n${certificates.ca}` })).toBe(
      'fine',
    );
  });

  it('is refused when the certificate has expired, or is for another name', async () => {
    const expired = await failure(
      world.text((await tlsServer(certificates.expired)).url, { ca: certificates.ca }),
    );
    expect(expired.message).toMatch(/: the certificate of 127\.0\.0\.1:\d+ has expired$/);
    expect(expired.hint).toContain('clock');
    const foreign = await failure(
      world.text((await tlsServer(certificates.foreign)).url, { ca: certificates.ca }),
    );
    expect(foreign.message).toMatch(/: the certificate of 127\.0\.0\.1:\d+ is for another name$/);
    expect(world.clock.sleeps).toEqual([]);
  });

  it('is missed where a server speaks without', async () => {
    const { url } = await world.use(serve(status(200)));
    const error = await failure(world.text(url.replace('http:', 'https:')));
    expect(error.message).toMatch(/: TLS with 127\.0\.0\.1:\d+ failed: .*wrong version number/i);
    expect(error.hint).toContain('speak TLS');
  });

  it('is never left by a redirection', async () => {
    const plain = await world.use(serve(status(200)));
    const { url } = await world.use(
      serve(status(301, { location: `${plain.url}/x?token=t0ken` }), certificates.good),
    );
    const error = await failure(world.text(url, { ca: certificates.ca }));
    expect(error.message).toContain(`it leads from https to http: ${plain.url}/x`);
    expect(error.message).not.toContain('t0ken');
    expect(plain.requests).toEqual([]);
  });

  it('needs CAs that can be read', () => {
    for (const ca of ['', 'no certificate', '-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n']) {
      expect(() => world.web({ ca })).toThrow('the certificates of the CAs cannot be read');
    }
  });
});

describe('a proxy', () => {
  const login = 'me:s3cret/@';
  let proxy: WebProxy;
  const through = (user: string): string => `http://${user}${proxy.address}`;

  async function startProxy(): Promise<void> {
    proxy = await world.use(serveProxy(login));
  }

  it('opens tunnels for https, with the login that it wants', async () => {
    await startProxy();
    const { url } = await tlsServer(certificates.good);
    const options = { ca: certificates.ca, proxy: through('me:s3cret%2F%40@') };
    expect(await world.text(url, options)).toBe('fine');
    expect(proxy.asked).toEqual([new URL(url).host]);
  });

  it('is asked for plain http without a tunnel', async () => {
    await startProxy();
    expect(await world.text('http://mirror.invalid/x', { proxy: through('me:s3cret%2F%40@') })).toBe(
      'from the proxy',
    );
    expect(proxy.asked).toEqual(['http://mirror.invalid/x']);
  });

  it.each(['http', 'https'])('that wants another login is named, for %s', async (scheme) => {
    await startProxy();
    const error = await failure(world.text(`${scheme}://mirror.invalid/x`, { proxy: through('me:wr0ng@') }));
    expect(error.message).toBe(
      `${scheme}://mirror.invalid/x cannot be fetched: the proxy ${proxy.address} answers 407 Proxy Authentication Required`,
    );
    expect(error.hint).toContain('The proxy wants a login');
    expect(inspect(error, { depth: 9 })).not.toContain('wr0ng');
    expect(proxy.asked).toHaveLength(1);
  });

  it('does not see the login for the server, nor the server that for the proxy', async () => {
    await startProxy();
    const { url, requests } = await tlsServer(certificates.good);
    await world.text(url.replace('//', '//other@'), {
      ca: certificates.ca,
      proxy: through('me:s3cret%2F%40@'),
    });
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('other:').toString('base64')}`);
    expect(requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('that is not there is told from a server that is not there', async () => {
    const port = await closedPort();
    const error = await failure(
      world.text('https://mirror.invalid/x', { proxy: `http://127.0.0.1:${port}` }),
    );
    expect(error.message).toContain(`: the proxy 127.0.0.1:${port} refuses the connection`);
  });

  it('is not used for hosts that need none', async () => {
    await startProxy();
    const { url } = await world.use(serve((_, response) => response.end('directly')));
    expect(await world.text(url, { proxy: through(''), noProxy: ['127.0.0.0/8'] })).toBe('directly');
    expect(proxy.asked).toEqual([]);
  });

  it('must have an http or https URL', () => {
    expect(() => world.web({ proxy: 'socks5://me:s3cret@host:1080' })).toThrow(
      'the proxy socks5://host:1080 cannot be used: it is no http or https URL',
    );
  });
});
