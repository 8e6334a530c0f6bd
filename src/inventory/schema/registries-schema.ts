// Registries that containerd reaches otherwise than by their name alone: by mirrors, with a CA, with a login.
import { z } from 'zod';
import { defaultRegistry } from '../../kube/registries.ts';
import { login } from './login-schema.ts';
import { about, localPath, text, type Complaint } from './scalars.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const registryHost = new RegExp(`^(localhost|${label}(\\.${label})+|${label}(?=:))(:[0-9]{1,5})?$`);

/** As it stands at the beginning of an image's name. */
const registryName = text('HOST, HOST:PORT or _default', (value) => {
  if (value === defaultRegistry || (registryHost.test(value) && value.length <= 255)) return undefined;
  const rule = 'must be a registry as in the names of images, such as docker.io or registry.example:5000';
  return { rule, hint: registryHint(value) };
});

function registryHint(value: string): string | undefined {
  if (value === '*') return `For all registries that are not named write ${defaultRegistry}.`;
  if (/^https?:/.test(value)) return 'Leave out the "https://".';
  if (value.includes('/')) return 'Leave out the path: one entry is for the whole registry.';
  if (/^[a-z0-9-]+$/.test(value))
    return 'In the name of an image it would be no registry: it has no "." and no port.';
  return undefined;
}

const mirrorRule = 'must be a URL that starts with https://, such as https://mirror.example';

/** What comes from there runs on the hosts as root: nobody on the way may change it. */
const mirror = text('a URL that starts with https://', (value): Complaint | undefined => {
  if (/^http:\/\//i.test(value)) {
    return {
      rule: mirrorRule,
      hint: 'Images run on your hosts as root: give the mirror a certificate, and name its CA.',
    };
  }
  if (value.length > 2048 || !/^https:\/\/[\w.\-:[\]@~/%?#&=+,]+$/.test(value) || !URL.canParse(value)) {
    return { rule: mirrorRule };
  }
  const { username, password, search, hash, host } = new URL(value);
  if (username !== '' || password !== '') {
    return {
      rule: 'must be a URL without a name and a password in it',
      hint: `Write the login under the mirror's own name: ${host}: { login: { user: …, password: { env: NAME } } }.`,
    };
  }
  return search === '' && hash === '' ? undefined : { rule: 'must be a URL without "?" and "#"' };
});

const registry = z
  .strictObject({
    mirrors: z
      .array(mirror)
      .max(20)
      .default([])
      .meta({
        title: 'a list of URLs',
        ...about(
          'Hosts that have copies of its images, asked in this order before the registry itself. A path with /v2/ in it is taken as it stands; behind any other comes /v2.',
        ),
      }),
    mirrorsOnly: z
      .boolean()
      .default(false)
      .meta(about('Ask the mirrors alone, never the registry itself: for rooms without a way out.')),
    ca: localPath
      .optional()
      .meta(
        about(
          'File with the certificates (PEM) of those who vouch for this host, beside those that the nodes know; the path starts at the inventory file.',
        ),
      ),
    login: login()
      .optional()
      .meta(
        about('Login for this host alone, never for its mirrors: each of those has an entry of its own.'),
      ),
  })
  .meta({ title: 'a map with mirrors, ca or login' });

/** By what stands before the first "/" in an image's name; a mirror by its HOST or HOST:PORT. */
export const registries = z.record(registryName, registry).meta({ title: 'a map of registries' });
