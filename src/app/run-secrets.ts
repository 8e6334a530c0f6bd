// Secrets that live for one run only: what a node needs to join.
import { randomBytes, randomInt } from 'node:crypto';
import { Secret, type Redactor } from '../core/secret.ts';

export interface RunSecrets {
  /** As kubeadm wants it: six and sixteen of [a-z0-9], with a dot between. */
  readonly bootstrapToken: Secret;
  /** 32 bytes in hexadecimal: encrypts the certificates on their way to further control planes. */
  readonly certificateKey: Secret;
  /** Eight letters and digits, as many as VRRP takes: for control planes that have none yet. */
  readonly virtualIPPassword: Secret;
  /** The same for nodes that share the external IPs. */
  readonly externalIPsPassword: Secret;
}

/** Makes new ones and tells the redactor. */
export function createRunSecrets(redactor: Redactor): RunSecrets {
  const secrets = {
    bootstrapToken: new Secret(`${letters(6)}.${letters(16)}`, 'bootstrap token'),
    certificateKey: new Secret(randomBytes(32).toString('hex'), 'certificate key'),
    virtualIPPassword: new Secret(letters(8), 'VRRP password'),
    externalIPsPassword: new Secret(letters(8), 'VRRP password'),
  };
  Object.values(secrets).forEach((secret) => {
    redactor.add(secret);
  });
  // Kubernetes keeps the token's two halves apart; the first is no secret.
  redactor.add(new Secret(secrets.bootstrapToken.reveal().slice(7), 'bootstrap token'));
  return secrets;
}

function letters(length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
