// Where Kubernetes comes from: a bundle at hand, packages that the hosts install, or programs that are fetched.
import { z } from 'zod';
import { publicPackages } from '../../kube/package-repository.ts';
import { login } from './login-schema.ts';
import { fetcher } from './runtime-schema.ts';
import { about, keyFingerprint, localPath, packageSite, webSite } from './scalars.ts';

/** The site that Kubernetes' makers publish its programs on. */
export const kubernetesSite = 'https://dl.k8s.io';

const binaries = z.strictObject({
  mirror: webSite
    .default(kubernetesSite)
    .meta(about('A site with the same paths: SITE/release/VERSION/bin/linux/ARCHITECTURE/PROGRAM.')),
  ca: localPath
    .optional()
    .meta(
      about(
        'File with the certificates (PEM) of those who vouch for the site, beside those that Node knows; the path starts at the inventory file.',
      ),
    ),
  login: login('at the site')
    .optional()
    .meta(about('Login for the site. It is sent to no other, also where the site leads to one.')),
  architecture: z
    .enum(['amd64', 'arm64'])
    .default('amd64')
    .meta(about('What the processors of all hosts are.')),
  fetch: fetcher,
});

const packages = z.strictObject({
  mirror: packageSite
    .default(publicPackages.site)
    .meta(about('What stands before /vMINOR/deb/ or /vMINOR/rpm/ in the URLs of the repositories.')),
  ca: localPath
    .optional()
    .meta(
      about(
        'File with the certificates (PEM) of those who vouch for the mirror, for the hosts and for this machine; the path starts at the inventory file.',
      ),
    ),
  login: login('at the mirror')
    .optional()
    .meta(about('Login for the mirror, for the hosts and for this machine.')),
  key: keyFingerprint
    .default(publicPackages.fingerprint)
    .meta(about('Fingerprint of the key that signs the repositories; the default is that of Kubernetes.')),
});

const words =
  'must be { bundle: DIRECTORY }, packages, binaries, or a map with one of these and its settings';

const chosen = z
  .strictObject({
    bundle: localPath
      .optional()
      .meta(
        about('Directory of a bundle with everything to install; the path starts at the inventory file.'),
      ),
    allowedSigners: localPath
      .optional()
      .meta(
        about(
          'Beside bundle: it must be signed by one of those in this file, which ssh-keygen -Y verify reads; the path starts at the inventory file.',
        ),
      ),
    packages: packages
      .optional()
      .meta(
        about(
          "Let the hosts install Kubernetes' packages from its repositories; they pull their images from a registry.",
        ),
      ),
    binaries: binaries
      .optional()
      .meta(about("Fetch Kubernetes' programs and send them; nodes pull their images from a registry.")),
  })
  .refine(
    ({ bundle, packages: offered, binaries: fetched }) =>
      (bundle === undefined) !== (offered === undefined && fetched === undefined),
    words,
  )
  .refine(({ bundle, allowedSigners }) => allowedSigners === undefined || bundle !== undefined, {
    error: 'must stand beside bundle, whose signers it names',
    path: ['allowedSigners'],
  });

/** One of several ways; a word alone means all defaults. With packages and binaries the hosts decide. */
export const kubernetesSource = z
  .union([z.enum(['auto', 'packages', 'binaries']), chosen], {
    // In a map, its own mistakes say more.
    error: ({ input }) => (typeof input === 'object' && input !== null ? undefined : words),
  })
  .transform((written) => {
    if (written === 'auto') return { packages: packages.parse({}), binaries: binaries.parse({}) };
    return typeof written === 'string' ? chosen.parse({ [written]: {} }) : written;
  })
  .meta({ title: 'auto, packages, binaries, or a map with bundle, or with packages, binaries or both' });
