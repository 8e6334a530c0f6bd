// URLs: parsed, with the logins that stand in them, and as messages may show them.
import { mask } from '../core/secret.ts';

/** An http or https URL, or undefined. */
export function parseWebUrl(text: string, base?: URL): URL | undefined {
  if (!URL.canParse(text, base?.href)) return undefined;
  const url = new URL(text, base);
  return ['http:', 'https:'].includes(url.protocol) && url.hostname !== '' ? url : undefined;
}

/** The value of an `Authorization` or `Proxy-Authorization` header for the login in a URL; undefined without one. */
export function basicLogin({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return basicAuthorization(decoded(username), decoded(password));
}

/** The value of such a header. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** "@" for "%40"; a "%" that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Signed URLs have their rights in the query: X-Amz-Signature, sig, token, access_key and the like. */
const secretName = /token|sig|key|secret|pass|auth|cred|session/i;

/** Longer than any version or name that a mirror asks for. */
const shortEnough = 24;

/** A URL for people: without its login, and without what looks like a token. Users may be tokens, too. */
export function shownUrl(text: string): string {
  const url = parseWebUrl(text);
  // What stands before the last "@" of something else may be a login.
  if (url === undefined) return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1').replace(/[?#].*$/s, '');
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const [name, value] of [...url.searchParams]) {
    if (secretName.test(name) || value.length > shortEnough) url.searchParams.set(name, mask);
  }
  return url.href;
}
