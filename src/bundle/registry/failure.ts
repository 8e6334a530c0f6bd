// What went wrong with a registry, by what skopeo says of it.
import { BootstrapError } from '../../core/errors.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { splitImageName } from '../image-name.ts';

interface Cause {
  readonly says: RegExp;
  readonly why: string;
  readonly hint: (registry: string) => string;
}

/** The first that fits counts. */
const causes: readonly Cause[] = [
  {
    says: /no space left on device/i,
    why: 'the disk is full',
    hint: () => 'Make room, or choose another directory; the same command goes on from here.',
  },
  {
    says: /unauthorized|authentication required|denied|invalid username\/password|status 40[13]|40[13] \(/i,
    why: 'the registry wants a login, or the one it got does not do',
    hint: (registry) =>
      `"skopeo login ${registry}" asks for one and keeps it for skopeo; --authfile names another file of logins.`,
  },
  {
    says: /manifest unknown|name unknown|not found|status 404|404 \(/i,
    why: 'the registry does not have it',
    hint: () => 'Is the name right, with its tag? A mirror may not have this version yet.',
  },
  {
    says: /no image found in (manifest list|image index) for architecture/i,
    why: 'the registry does not have it for this architecture',
    hint: () => 'Choose another image or another tag.',
  },
  {
    says: /x509:|tls: /i,
    why: 'its certificate is not trusted',
    hint: () => '--ca FILE names the certificates (PEM) of those who vouch for the registry.',
  },
  {
    says: /server gave HTTP response to HTTPS client/i,
    why: 'the registry does not encrypt',
    hint: () => 'What comes from there runs on your hosts: it must be an https registry.',
  },
  {
    says: /toomanyrequests|status 429|429 \(/i,
    why: 'the registry has been asked too often',
    hint: (registry) => `Wait a while, or log in, which allows more: "skopeo login ${registry}".`,
  },
  {
    says: /unexpected EOF|connection reset|broken pipe|: EOF$/i,
    why: 'the connection broke off',
    hint: () => 'The same command goes on from here.',
  },
  {
    says: /no such host|connection refused|i\/o timeout|network is unreachable|no route to host|deadline exceeded/i,
    why: 'the registry does not answer',
    hint: () =>
      'Is its name right, and can this machine reach it? A proxy is taken from https_proxy and no_proxy.',
  },
];

/** @param name the image's full name */
export function registryError(name: string, error: unknown): BootstrapError {
  const said = lastError(saidBy(error));
  const known = causes.find(({ says }) => says.test(said));
  const why = known?.why ?? 'skopeo failed';
  return new BootstrapError('download.failed', `${name}: ${why}`, {
    hint: known?.hint(splitImageName(name).registry),
    detail: said,
    cause: error,
  });
}

/** The message of `time="…" level=fatal msg="…"`, without which there is all that was said. */
function lastError(said: string): string {
  const message = /level=fatal msg="((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  return message === undefined ? said : message.replaceAll('\\"', '"');
}
