// What is known of the release that a host has.
import { debianReleases } from './releases-debian.ts';
import { rhelReleases } from './releases-rhel.ts';
import { suseReleases } from './releases-suse.ts';
import type { Elsewhere, Release } from './release.ts';

/** By ID of /etc/os-release. */
export const releases: Readonly<Record<string, readonly Release[]>> = {
  ...debianReleases,
  ...rhelReleases,
  ...suseReleases,
};

/** What is known of the release that a host says it has. */
export function findRelease(id: string, versionId: string): Release | undefined {
  const known = Object.hasOwn(releases, id) ? (releases[id] ?? []) : [];
  return known.find(({ version }) => versionId === version || versionId.startsWith(`${version}.`));
}

/** Where a package is, as far as it is known that the release has it not. */
export function packageElsewhere(id: string, versionId: string, name: string): Elsewhere | undefined {
  const lacks = findRelease(id, versionId)?.lacks ?? {};
  return Object.hasOwn(lacks, name) ? lacks[name] : undefined;
}

/** The packages that bring a repository in which this one is, of all releases. */
export function bringers(name: string): readonly string[] {
  const all = Object.values(releases).flatMap((known) => known.map(({ lacks }) => lacks?.[name]?.broughtBy));
  return [...new Set(all.filter((one) => one !== undefined))];
}
