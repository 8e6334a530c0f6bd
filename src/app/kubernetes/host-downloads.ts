// What hosts are told of a site from which they fetch files themselves.
import { readCertificates } from '../../bundle/certificates.ts';

export interface HostDownloads {
  /** By the names of the files. */
  readonly urls: Readonly<Record<string, string>>;
  /** Certificates in PEM to believe beside those that the host knows. */
  readonly ca: string | null;
}

/** @throws BootstrapError `file.unreadable` */
export async function hostDownloads(
  files: readonly { readonly name: string; readonly url: string }[],
  ca: string | undefined,
): Promise<HostDownloads> {
  return {
    urls: Object.fromEntries(files.map(({ name, url }) => [name, url])),
    ca: ca === undefined ? null : await readCertificates(ca),
  };
}
