// Certificates that do not fit: the time, the name, the authority.
import { clusterPrograms, clusterText, type Cause } from '../cause.ts';

/** Not of registries, which have causes of their own. */
const notPulling = '^(?!.*(?:[Pp]ull|resolve reference|failed to do request)).*';

export const certificateCauses: readonly Cause[] = [
  {
    id: 'certificates.time',
    certainty: 'sure',
    sources: clusterText,
    of: clusterPrograms,
    pattern: new RegExp(`${notPulling}x509: certificate has expired or is not yet valid: ([^"]*)`),
    says: 'by the clock of {host} a certificate of the cluster is not valid: $1',
    hint: 'Compare the clocks of the hosts (timedatectl). Certificates that have really expired are made anew by: kubeadm certs renew all',
    origin: 'Go crypto/x509/verify.go',
  },
  {
    id: 'certificates.name',
    certainty: 'sure',
    sources: clusterText,
    of: clusterPrograms,
    pattern: new RegExp(
      `${notPulling}x509: (?:certificate is valid for (.+), not ([^\\s"]+)|cannot validate certificate for (\\S+))`,
    ),
    says: 'the API server’s certificate does not name $2$3, by which {host} calls it',
    hint: 'The endpoint must be a name or address that was there when the cluster was made, or be added to apiServer.certSANs.',
    origin: 'Go crypto/x509/verify.go',
  },
  {
    id: 'certificates.authority',
    certainty: 'likely',
    sources: clusterText,
    of: clusterPrograms,
    pattern: new RegExp(`${notPulling}x509: certificate signed by unknown authority`),
    says: '{host} talks to an API server of another cluster, or has files of another cluster',
    hint: 'See where the endpoint leads. If this host was in another cluster, `reset --limit` for it, then `up`.',
    origin: 'Go crypto/x509/verify.go',
  },
];
