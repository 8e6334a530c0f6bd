// Nothing that looks like a secret leaves with the lines of a log; what only looks similar stays readable.
import { describe, expect, it } from 'vitest';
import { maskLines } from '../../../src/diagnosis/mask.ts';

const hex = 'ab12'.repeat(16);

describe('maskLines', () => {
  it.each([
    ['a bootstrap token', 'join with abcdef.0123456789abcdef now', 'join with abcdef.******** now'],
    ['a certificate key', `--certificate-key ${hex}`, '--certificate-key ********'],
    ['a certificate key in a document', `certificateKey: ${hex}`, 'certificateKey: ********'],
    ['a login in a URL', 'Get "http://u:p4ss@proxy:3128/"', 'Get "http://********@proxy:3128/"'],
    ['a header', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer ********'],
    ['a token of a service account', 'got eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl', 'got ********'],
    ['a password', 'password=hunter2 user=me', 'password=******** user=me'],
    ['a password in JSON', '{"password": "hunter 2", "user": "me"}', '{"password": ********, "user": "me"}'],
    ['a flag', 'etcd --root-password hunter2 --x', 'etcd --root-password ******** --x'],
    ['a key of a kubeconfig', 'client-key-data: TFMwdExTMUNSVWRK', 'client-key-data: ********'],
    ['a line of a key whose head is not seen', 'A'.repeat(64), '********'],
  ])('hides %s', (_what, line, shown) => {
    expect(maskLines([line])).toEqual([shown]);
  });

  it.each([
    ['digests', `image sha256:${hex} not found`],
    ['container ids', `container ${hex} exited`],
    ['the missing of a secret', 'secret "login" not found'],
    [
      'the id of a token',
      'could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef"',
    ],
    ['names of images', 'failed to pull "registry.k8s.io/kube-proxy:v1.37.2"'],
  ])('leaves %s', (_what, line) => {
    expect(maskLines([line])).toEqual([line]);
  });

  it('hides a private key of many lines, and what is around it stays', () => {
    const lines = [
      'before',
      'x -----BEGIN RSA PRIVATE KEY-----',
      'MIIE',
      'oWxy',
      '-----END RSA PRIVATE KEY-----',
      'after',
    ];
    expect(maskLines(lines)).toEqual(['before', 'x ********', 'after']);
  });

  it('hides a private key in one line', () => {
    expect(maskLines(['key: -----BEGIN PRIVATE KEY-----MIIE-----END PRIVATE KEY----- end'])).toEqual([
      'key: ******** end',
    ]);
  });
});
