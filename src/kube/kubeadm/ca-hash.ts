// The pin with which a joining node recognises its cluster.
import { createHash, X509Certificate } from 'node:crypto';
import { BootstrapError } from '../../core/errors.ts';

/**
 * `sha256:` and the hex digest of the public key (SubjectPublicKeyInfo in DER) of a CA certificate in PEM.
 * @throws BootstrapError `command.failed` when the text is no certificate.
 */
export function caCertHash(pem: string): string {
  try {
    const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
    return `sha256:${createHash('sha256').update(key).digest('hex')}`;
  } catch (cause) {
    throw new BootstrapError(
      'command.failed',
      'the cluster CA on the first control plane is no certificate',
      {
        hint: 'Look at /etc/kubernetes/pki/ca.crt there.',
        cause,
      },
    );
  }
}
