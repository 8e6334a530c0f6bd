// The list of what goes into a bundle, for people.
import type { BundleContents } from '../../bundle/make/contents.ts';
import type { BundleRequest } from '../../bundle/make/request.ts';
import { megabytes } from '../../core/megabytes.ts';
import { formatTable } from '../../ui/format.ts';

export function contentLines(
  { version, architecture, from }: BundleRequest,
  { programs, kubernetesPackages, compiled, images, packages }: BundleContents,
): readonly string[] {
  const site = from.kind === 'modules' ? 'Go modules' : from.site;
  const rows = [
    ...programs.map(({ name, size }) => ({
      kind: 'program',
      name,
      version: size === 0 ? version : `${version}, ${megabytes(size)}`,
      from: site,
    })),
    ...kubernetesPackages.map((one) => ({
      kind: 'package',
      name: one.name,
      version: one.version,
      from: site,
    })),
    ...compiled.map(({ entry: { kind, name, size } }) => ({
      kind: kind === 'binary' ? 'program' : kind,
      name,
      version: `${version}, ${megabytes(size)}`,
      from: site,
    })),
    ...images.map(({ name, digest }) => ({
      kind: 'image',
      name,
      version: digest.slice(0, 'sha256:'.length + 12),
      from: name.replace(/\/.*$/, ''),
    })),
    ...packages.flatMap((set) =>
      set.packages.map((one) => ({
        kind: 'package',
        name: one.name,
        version: one.version,
        from: `Debian ${set.release}`,
      })),
    ),
  ];
  return [`Kubernetes ${version} for ${architecture} hosts:`, ...formatTable(rows)];
}
