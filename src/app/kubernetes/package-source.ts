// Packages of Kubernetes for the hosts: which repository they come from, and the key and certificates that go with it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readCertificates } from '../../bundle/certificates.ts';
import type { PackageSource } from '../../inventory/resolve.ts';
import { repositoryKeyUrl } from '../../kube/package-repository.ts';
import { minorOf, parseVersion } from '../../kube/version.ts';
import { siteLogin, type Login } from '../downloads/read-login.ts';
import type { Reading } from './reading.ts';

/** What tasks are told of it. */
export interface PackageRepository {
  /** URL before `/vMINOR/`, without a slash at its end. */
  readonly site: string;
  /** The key that signs the packages, armored; empty as long as nobody installs. */
  readonly key: string;
  /** Of the key. */
  readonly fingerprint: string;
  /** PEM of those who vouch for the site; null where hosts know them. */
  readonly ca: string | null;
  readonly login: Login | null;
}

/** @throws BootstrapError `download.failed`, `file.unreadable` or `interrupted`, without a place */
export async function readPackageRepository(
  source: PackageSource,
  version: string,
  reading: Reading,
): Promise<PackageRepository> {
  const { site, fingerprint, ca: caFile } = source;
  const ca = caFile === undefined ? undefined : await readCertificates(caFile);
  const placed = parseVersion(version);
  const mark = createHash('sha256').update(site).digest('hex').slice(0, 8);
  const wanted = await siteLogin(source, reading.secrets);
  // Most commands fetch none.
  const { fetchKey } = await import('../../bundle/fetch-key.ts');
  const key = await fetchKey({
    url: repositoryKeyUrl(site, placed),
    fingerprint,
    ca,
    cached: join(reading.cacheDirectory, 'package-keys', `v${minorOf(placed)}-${mark}.asc`),
    keep: reading.whole,
    now: reading.now,
    through: reading.through,
    site: wanted,
    report: reading.report,
    signal: reading.signal,
  });
  return { site, key, fingerprint, ca: ca ?? null, login: wanted.login ?? null };
}
