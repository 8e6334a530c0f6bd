// A server of tokens, as Docker's registry, Harbor and GitLab have one: who logs in there gets one to pull with.
import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RegistryLogin } from './registry.ts';
import type { KeyPair } from './web-certificates.ts';
import { serve, type WebServer } from './web-server.ts';

export const tokenService = 'registry of a test';
export const tokenIssuer = 'issuer of a test';

/** For everything, to who logs in; nothing to anybody else. The certificate of `keys` vouches for its tokens as well. */
export async function serveTokens(keys: KeyPair, login: RegistryLogin): Promise<WebServer> {
  return serve((request, response) => {
    void question(request).then((asked) => {
      if (asked.user !== login.user || asked.password !== login.password) {
        response.writeHead(401).end('{}');
        return;
      }
      const token = makeToken(keys, asked.scopes);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ token, access_token: token }));
    });
  }, keys);
}

interface Question {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly scopes: readonly string[];
}

/** A form with the login, or a URL and the login in a header. */
async function question(request: IncomingMessage): Promise<Question> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    const [user, password] = [form.get('username') ?? undefined, form.get('password') ?? undefined];
    return { user, password, scopes: (form.get('scope') ?? '').split(' ') };
  }
  const { searchParams } = new URL(request.url ?? '/', 'https://localhost');
  const [, basic = ''] = (request.headers.authorization ?? '').split(' ');
  const [user, password] = Buffer.from(basic, 'base64').toString().split(/:(.*)/s);
  return { user, password, scopes: searchParams.getAll('scope') };
}

function makeToken({ key, cert }: KeyPair, scopes: readonly string[]): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const x5c = [new X509Certificate(cert).raw.toString('base64')];
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: tokenIssuer,
    aud: tokenService,
    sub: '',
    jti: String(now),
    nbf: now - 60,
    iat: now,
    exp: now + 600,
    access: scopes.map((scope) => {
      const [type, name, actions = ''] = scope.split(':');
      return { type, name, actions: actions.split(',') };
    }),
  };
  const signed = `${encode({ typ: 'JWT', alg: 'ES256', x5c })}.${encode(claims)}`;
  const key256 = { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' as const };
  return `${signed}.${sign('sha256', Buffer.from(signed), key256).toString('base64url')}`;
}
