// The container runtime: containerd and runc, the CNI plugins and crictl, and where they come from.
import { z } from 'zod';
import { about, localPath, text, webSite } from './scalars.ts';

/** The site that the makers of containerd, runc, the CNI plugins and crictl publish their releases on. */
export const runtimeSite = 'https://github.com';

/** Who downloads what is fetched. */
export const fetcher = z
  .enum(['controller', 'host'])
  .default('controller')
  .meta(
    about(
      'Who fetches the programs: this machine, once, and sends them; or each host for itself, with curl or wget. What they must be like is told by this machine.',
    ),
  );

const binaries = z.strictObject({
  mirror: webSite
    .default(runtimeSite)
    .meta(about('A site with the same paths: SITE/PROJECT/REPOSITORY/releases/download/VERSION/FILE.')),
  ca: localPath
    .optional()
    .meta(
      about(
        'File with the certificates (PEM) of those who vouch for the site, beside those that are known; the path starts at the inventory file.',
      ),
    ),
  architecture: z
    .enum(['amd64', 'arm64'])
    .optional()
    .meta(about("What the processors of all hosts are. Without it that of Kubernetes' programs, or amd64.")),
  fetch: fetcher,
});

const words = 'must be packages, binaries, or { binaries: … } with its settings';

const source = z
  .union([z.enum(['packages', 'binaries']), z.strictObject({ binaries })], {
    // In a map, its own mistakes say more.
    error: ({ input }) => (typeof input === 'object' && input !== null ? undefined : words),
  })
  .transform((written) => {
    if (written === 'packages') return null;
    return written === 'binaries' ? binaries.parse({}) : written.binaries;
  })
  .meta({ title: 'packages, binaries, or a map with binaries' });

const release = text('a version such as 2.4.2', (value) => {
  if (/^\d+\.\d+\.\d+$/.test(value)) return undefined;
  const hint = /^v\d+\.\d+\.\d+$/.test(value) ? `Did you mean ${value.slice(1)}?` : undefined;
  return { rule: 'must be a full version such as 2.4.2', hint };
});

function versionOf(what: string) {
  return release
    .optional()
    .meta(about(`Version of ${what}; without it one that fits the version of Kubernetes.`));
}

const versions = z
  .strictObject({
    containerd: versionOf('containerd'),
    runc: versionOf('runc'),
    cniPlugins: versionOf('the CNI plugins'),
    crictl: versionOf('crictl'),
  })
  .meta({ title: 'a map of versions' });

export const runtime = z.strictObject({
  source: source
    .prefault('packages')
    .meta(
      about(
        "Where containerd, runc, the CNI plugins and crictl come from: packages of the hosts' distribution, or the releases of their makers.",
      ),
    ),
  versions: versions.default({}).meta(about('The releases to install, beside source: binaries.')),
});
