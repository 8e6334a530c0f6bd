import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tokenManifest } from '../../../../src/kube/kubeadm/bootstrap-token.ts';

describe('tokenManifest', () => {
  it('is a Secret that only joining nodes can use, with the time left open', () => {
    expect(parse(tokenManifest('abcdef.0123456789abcdef'))).toMatchObject({
      kind: 'Secret',
      type: 'bootstrap.kubernetes.io/token',
      metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
      stringData: {
        'token-secret': '0123456789abcdef',
        expiration: 'EXPIRATION',
        'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token',
      },
    });
  });

  it('keeps a token of digits a text', () => {
    expect(tokenManifest('123456.0123456789012345')).toContain('token-id: "123456"');
  });
});
