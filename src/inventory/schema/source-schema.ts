// Where Kubernetes comes from: a bundle at hand, or programs that are fetched.
import { z } from 'zod';
import { about, localPath, webSite } from './scalars.ts';

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
  architecture: z
    .enum(['amd64', 'arm64'])
    .default('amd64')
    .meta(about('What the processors of all hosts are.')),
});

const words = 'must be { bundle: DIRECTORY }, binaries or { binaries: { mirror: URL } }';

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
    binaries: binaries
      .optional()
      .meta(about("Fetch Kubernetes' programs and send them; nodes pull their images from a registry.")),
  })
  .refine(({ bundle, binaries: fetched }) => (bundle === undefined) !== (fetched === undefined), {
    error: words,
  })
  .refine(({ bundle, allowedSigners }) => allowedSigners === undefined || bundle !== undefined, {
    error: 'must stand beside bundle, whose signers it names',
    path: ['allowedSigners'],
  });

/** One of several ways; the word alone means all defaults. */
export const kubernetesSource = z
  .union([z.enum(['binaries']), chosen], {
    // In a map, its own mistakes say more.
    error: ({ input }) => (typeof input === 'object' && input !== null ? undefined : words),
  })
  .transform((written) => (written === 'binaries' ? { binaries: binaries.parse({}) } : written))
  .meta({ title: 'binaries, or a map with bundle or binaries' });
