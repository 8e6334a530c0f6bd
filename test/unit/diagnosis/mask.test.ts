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
    [
      'a password in JSON that was quoted',
      'x="{\\"password\\":\\"hunter2\\",\\"a\\":1}"',
      'x="{\\"password\\":********,\\"a\\":1}"',
    ],
    [
      'a password in JSON that was quoted twice',
      '{\\\\\\"password\\\\\\": \\\\\\"hunter 2\\\\\\"}',
      '{\\\\\\"password\\\\\\": ********}',
    ],
    ['a password with a quote in it', '{"password":"a\\"hunter2"}', '{"password":********}'],
    ['a password whose end was cut off', '{"password": "hunter2 and', '{"password": ********'],
    ['a key of AWS', 'AWS_SECRET_ACCESS_KEY=wJalr/XUt x', 'AWS_SECRET_ACCESS_KEY=******** x'],
    ['a key of AWS in a document', 'secretAccessKey: wJalr/XUt', 'secretAccessKey: ********'],
    ['a password by its short name', 'DB_PASS=hunter2 pass=hunter3', 'DB_PASS=******** pass=********'],
    ['a secret key', 'secretKey=abc, region=x', 'secretKey=********, region=x'],
    [
      'a login of a registry',
      '{"auths":{"r":{"auth": "dXNlcjpwYXNz"}}}',
      '{"auths":{"r":{"auth": ********}}}',
    ],
    ['a login of a registry that was quoted', '{\\"auth\\":\\"dXNlcjpwYXNz\\"}', '{\\"auth\\":********}'],
    ['a cookie', 'Cookie: session=abc; b=c', 'Cookie: ********'],
    ['a cookie in quotes', '"Set-Cookie": "session=abc", "a": "b"', '"Set-Cookie": "********", "a": "b"'],
    ['a login at a database', 'dial user:pw@tcp(db:3306)/x', 'dial user:********@tcp(db:3306)/x'],
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
    ['the word auth', '"auth" plugin: failed; authMode: x'],
    ['the result of tests', '--- PASS: TestLogin'],
    ['the name of an access key', 'AWS_ACCESS_KEY_ID=AKIA1'],
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
