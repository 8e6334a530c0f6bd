// Certificates to believe beside those that Node knows.
import { readFile } from 'node:fs/promises';
import { BootstrapError } from '../core/errors.ts';

/** @throws BootstrapError `file.unreadable` */
export async function readCertificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new BootstrapError('file.unreadable', `cannot read ${path}: ${(cause as Error).message}`, {
      hint: 'It is to hold certificates in PEM, and to be readable for you.',
      cause,
    });
  }
}
