// A bootstrap token as the API keeps it, so that it need not stand in kubeadm's command line.
import { toYaml } from '../../render/yaml.ts';

/**
 * The Secret for a token `id.secret`, for joining nodes. Its expiration is the word EXPIRATION, to be replaced by a time
 * of the control plane's clock. The result is secret.
 */
export function tokenManifest(token: string): string {
  const [id = '', secret = ''] = token.split('.');
  return toYaml({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'bootstrap.kubernetes.io/token',
    metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
    stringData: {
      'token-id': id,
      'token-secret': secret,
      expiration: 'EXPIRATION',
      'usage-bootstrap-authentication': 'true',
      'usage-bootstrap-signing': 'true',
      'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token',
    },
  });
}
