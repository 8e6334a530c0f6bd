// Where a bundle gets Kubernetes itself from: what the command line says of it, and what an inventory says.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CompiledModules, KubernetesOrigin } from '../../bundle/make/request.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { KubernetesSource, PackageSource, ProgramSource } from '../../inventory/resolve.ts';
import { kubernetesSite } from '../../inventory/schema/source-schema.ts';
import { publicPackages } from '../../kube/package-repository.ts';
import { isSince, minorOf, parseVersion } from '../../kube/version.ts';

export type OriginKind = KubernetesOrigin['kind'];

/** As written on the command line. */
export interface OriginOptions {
  readonly from?: OriginKind | undefined;
  readonly mirror?: string | undefined;
  readonly key?: string | undefined;
  readonly imageRepository?: string | undefined;
  readonly architecture?: string | undefined;
}

/** What an inventory says of sites. */
export interface WantedSites {
  /** What its hosts are installed from. */
  readonly kind?: OriginKind | undefined;
  readonly binaries?: ProgramSource | undefined;
  readonly packages?: PackageSource | undefined;
}

export interface OriginEnvironment {
  /** Where this program keeps what can be fetched again. */
  readonly cacheDirectory: string;
  readonly now: Date;
  /** Makes programs and images of a version from Go modules. */
  readonly compile: (version: string) => CompiledModules['compile'];
}

export function wantedSites(source: KubernetesSource): WantedSites {
  switch (source.kind) {
    case 'auto':
      return { binaries: source.binaries, packages: source.packages };
    case 'binaries':
      return { kind: 'binaries', binaries: source };
    case 'packages':
      return { kind: 'packages', packages: source };
    case 'bundle':
      return {};
  }
}

export function originKind({ from }: OriginOptions, { kind }: WantedSites): OriginKind {
  return from ?? kind ?? 'binaries';
}

export function bundleOrigin(
  kind: OriginKind,
  version: string,
  options: OriginOptions,
  wanted: WantedSites,
  { cacheDirectory, now, compile }: OriginEnvironment,
): KubernetesOrigin {
  if (kind === 'modules') return { kind, compile: compile(version) };
  const standard = kind === 'packages' ? publicPackages.site : kubernetesSite;
  const site = (options.mirror ?? wanted[kind]?.site ?? standard).replace(/\/+$/, '');
  const mark = createHash('sha256').update(site).digest('hex').slice(0, 8);
  if (kind === 'packages') {
    const fingerprint = options.key ?? wanted.packages?.fingerprint ?? publicPackages.fingerprint;
    // Names as for the sources of an inventory, so nothing is fetched twice.
    const keyFile = join(cacheDirectory, 'package-keys', `v${minorOf(parseVersion(version))}-${mark}.asc`);
    return { kind, site, fingerprint: fingerprint.toUpperCase(), keyFile, now };
  }
  const programDirectory = (architecture: string): string =>
    join(cacheDirectory, `programs-${version}-${architecture}-${mark}`);
  return { kind, site, programDirectory };
}

const oldest: Readonly<
  Record<OriginKind, { readonly minor: string; readonly why: string; readonly hint: string }>
> = {
  binaries: {
    minor: '1.16',
    why: 'has no checksums on the site of its makers',
    hint: '1.16 is the first that has.',
  },
  packages: {
    minor: publicPackages.first,
    why: 'has no packages: their repositories were closed',
    hint: `v${publicPackages.first} is the first that has. "--from binaries" takes its programs instead.`,
  },
  modules: {
    minor: '1.24',
    why: 'cannot be compiled: its Go module lacks some of its source',
    hint: 'v1.24 is the first that can. "--from binaries" takes its programs instead.',
  },
};

/** @throws BootstrapError `usage` for a version that is not to be had there */
export function requireOffered(version: string, kind: OriginKind): void {
  const { minor, why, hint } = oldest[kind];
  if (isSince(parseVersion(version), minor)) return;
  throw new BootstrapError('usage', `Kubernetes ${version} ${why}`, { hint });
}

/** What does not go together on the command line. */
export function contradictions(kind: OriginKind, options: OriginOptions): readonly BootstrapError[] {
  const { mirror, key, imageRepository, architecture } = options;
  const errors: BootstrapError[] = [];
  const refuse = (message: string, hint: string): void => {
    errors.push(new BootstrapError('usage', message, { hint }));
  };
  if (key !== undefined && kind !== 'packages') {
    refuse('--key names the key of packages', 'It goes with "--from packages".');
  }
  if (kind !== 'modules') return errors;
  if (mirror !== undefined)
    refuse('--mirror is no mirror of Go modules', 'GOPROXY names where Go gets them from.');
  if (imageRepository !== undefined) {
    refuse(
      '--image-repository is for images that are fetched',
      'What is compiled has names of its own, under which no registry answers. "bundle push" gives them others.',
    );
  }
  if (architecture === 'arm64') {
    refuse('what is compiled is for amd64', 'Bundles for arm64 are made from binaries or packages.');
  }
  return errors;
}
