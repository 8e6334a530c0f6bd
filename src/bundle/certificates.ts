// Files with the certificates of CAs to believe, checked before anybody is given them.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BootstrapError } from '../core/errors.ts';

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The certificates alone, as PEM. What cannot be read is better told here, with the file's name: containerd refuses every
 * pull then, and Node says nothing at all.
 * @throws BootstrapError `file.unreadable`
 */
export async function readCertificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new BootstrapError('file.unreadable', `cannot read the CA ${path}: ${why}`, {
      data: { path },
      cause,
    });
  });
  const found = text.match(certificate) ?? [];
  if (found.length === 0 || !found.every(isCertificate)) {
    throw new BootstrapError('file.unreadable', `${path} has no certificates that can be read`, {
      data: { path },
      hint: 'It must be PEM: texts that begin with -----BEGIN CERTIFICATE-----.',
    });
  }
  return found.map((one) => `${one.replaceAll('\r', '')}\n`).join('');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
