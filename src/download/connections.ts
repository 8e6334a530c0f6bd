// Connections to servers, directly or through the proxy, with the CAs that are trusted. undici is loaded with the first.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import { defined } from '../core/defined.ts';
import { BootstrapError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { goesDirectly } from './no-proxy.ts';
import { basicAuthorization, basicLogin, parseWebUrl, shownUrl } from './urls.ts';

export interface WebOptions {
  /** CAs to trust besides the public ones, as PEM text. */
  readonly ca?: string | undefined;
  /** `http://[USER:PASSWORD@]HOST:PORT` */
  readonly proxy?: string | undefined;
  /** Hosts that are reached without the proxy, as in the variable no_proxy. */
  readonly noProxy?: readonly string[] | undefined;
  readonly site?: LoginSite | undefined;
}

/** A site that may want a login. It is sent there alone: not where the site leads to. */
export interface LoginSite {
  /** Any URL of it: scheme, host and port count. */
  readonly url: string;
  readonly login?: { readonly user: string; readonly password: Secret } | undefined;
  /** What users call the setting with the login. */
  readonly setting: string;
}

/** What carries a request, and the proxy that it goes through, if it does. */
export interface Carrier {
  readonly dispatcher: Dispatcher;
  /** Host and port. */
  readonly proxy: string | undefined;
}

interface Dispatchers {
  readonly direct: Dispatcher;
  readonly proxied: Dispatcher | undefined;
}

export class Connections {
  readonly #ca: string | undefined;
  readonly #proxy: URL | undefined;
  readonly #noProxy: readonly string[];
  readonly #site: LoginSite | undefined;
  #dispatchers: Promise<Dispatchers> | undefined;

  /** @throws BootstrapError `download.failed` when one of the options cannot be meant so */
  constructor({ ca, proxy, noProxy = [], site }: WebOptions) {
    if (ca !== undefined) assertCertificates(ca);
    this.#ca = ca;
    this.#proxy = proxy === undefined || proxy === '' ? undefined : proxyUrl(proxy);
    this.#noProxy = noProxy;
    this.#site = site;
  }

  /** The site with a login, if the URL is of it. */
  siteOf(url: URL): LoginSite | undefined {
    const site = this.#site;
    return site !== undefined && new URL(site.url).origin === url.origin ? site : undefined;
  }

  /** The value of `Authorization` for a URL; undefined without a login. */
  loginTo(url: URL): string | undefined {
    const login = this.siteOf(url)?.login;
    return login && basicAuthorization(login.user, login.password.reveal());
  }

  async carrierTo(url: URL): Promise<Carrier> {
    this.#dispatchers ??= this.#open();
    const { direct, proxied } = await this.#dispatchers;
    if (proxied === undefined || goesDirectly(url, this.#noProxy))
      return { dispatcher: direct, proxy: undefined };
    return { dispatcher: proxied, proxy: this.#proxy?.host };
  }

  /** Ends all connections, also those that are in use. */
  async close(): Promise<void> {
    const dispatchers = await this.#dispatchers;
    this.#dispatchers = undefined;
    await Promise.all([dispatchers?.direct.destroy(), dispatchers?.proxied?.destroy()]);
  }

  async #open(): Promise<Dispatchers> {
    const { Agent, ProxyAgent } = await import('undici');
    const tls = await trust(this.#ca);
    const direct = new Agent({ connect: tls });
    if (this.#proxy === undefined) return { direct, proxied: undefined };
    const proxied = new ProxyAgent({
      uri: this.#proxy.origin,
      ...defined({ token: basicLogin(this.#proxy) }),
      // Tunnels are for https: many proxies open none to port 80.
      proxyTunnel: false,
      requestTls: tls,
      proxyTls: tls,
    });
    return { direct, proxied };
  }
}

/** One context for all connections: to read the public CAs takes a third of a second. */
async function trust(ca: string | undefined): Promise<{ readonly secureContext?: SecureContext }> {
  if (ca === undefined) return {};
  return { secureContext: createSecureContext({ ca: [...(await knownCertificates()), ca] }) };
}

/** Those of Node: a list of CAs takes their place, also of those in the file that NODE_EXTRA_CA_CERTS names. */
async function knownCertificates(): Promise<readonly string[]> {
  const file = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  const more = file === '' ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  return more === undefined ? rootCertificates : [...rootCertificates, more];
}

/** Node says nothing of a CA that it cannot read. */
function assertCertificates(pem: string): void {
  const blocks = pem.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END/g) ?? [];
  try {
    if (blocks.length === 0) throw new Error('there is none in the text');
    for (const block of blocks) new X509Certificate(`${block} CERTIFICATE-----\n`);
  } catch (cause) {
    const message = `the certificates of the CAs cannot be read: ${(cause as Error).message}`;
    throw new BootstrapError('download.failed', message, {
      hint: 'They must be PEM text: "-----BEGIN CERTIFICATE-----" and what follows.',
      cause,
    });
  }
}

/** Without a scheme it is http, as in the variables of the environment. */
function proxyUrl(text: string): URL {
  const url = parseWebUrl(text.includes('://') ? text : `http://${text}`);
  if (url !== undefined) return url;
  const message = `the proxy ${shownUrl(text)} cannot be used: it is no http or https URL`;
  throw new BootstrapError('download.failed', message, { hint: 'Write http://[USER:PASSWORD@]HOST:PORT.' });
}
