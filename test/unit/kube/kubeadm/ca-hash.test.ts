import { describe, expect, it } from 'vitest';
import { caCertHash } from '../../../../src/kube/kubeadm/ca-hash.ts';

const certificate = `\
-----BEGIN CERTIFICATE-----
MIIDCzCCAfOgAwIBAgIUPczRDgbb/7p5/oIZ3OVuvVVMLPUwDQYJKoZIhvcNAQEL
BQAwFTETMBEGA1UEAwwKa3ViZXJuZXRlczAeFw0yNjExMjMwNTUzNDNaFw0zNjEx
MjAwNTUzNDNaMBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwggEiMA0GCSqGSIb3DQEB
AQUAA4IBDwAwggEKAoIBAQDqx5vQOiDUYcVPuzc6n+88naiQ2a3mwh1Hc1kbSyuS
bfyW/dBUFQI5qnTkQTrGwg+Wc9u/NtUgRx5O+5/8eKwtqK0MfZ9aVWKVWyQyK3pR
ApKJWsebpw1gJRECmLJEjL03sFHkKQBBPD9gCc6xcckVXDj9foQnBMWGJ8ElCziZ
tPa1ag0oq6OyyQOIY+rdKfdZkGs142nGPIsJfTseH6i59csw6KW1ZADRwfRc2kSK
gUbHXGhi+fBSfGFkdYV2c7f81USL+AtcLiAcWcWNZtSHOD9tfCYDA53QfVhEOAZL
Jnl50csfC8G4hx/UHyA7AyrqA/Z9qGc/5n8fGGyF3z1lAgMBAAGjUzBRMB0GA1Ud
DgQWBBRgJqxBtwtXWVm4ZTsJZfZxDrfyVDAfBgNVHSMEGDAWgBRgJqxBtwtXWVm4
ZTsJZfZxDrfyVDAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQC0
oejGxmxHenpa5NBxVYCyDrBYbxFZJ+CmiteucC50hLhXzWOOT5esminkpTddnf9g
BuE87vVDKgwjairbnND98kiyHxGjjPxYgOQDyFJpB5lT7iOhpVOTMfuYskdETK2T
X3LcOlm7l84T5YMrRpU0j9FxuRMoU+o5lgXBDlw7lpDJQUz7HHlmqZzLp/Y8uHz5
+rFUHLaGkC8Vk13SE6SKJrlw+qYL1tT+f86lUtoKMUMvldHo8ThksRMmZBsrejfq
RJZg0EXC4YnLfC1tgN1AhTJhdlw6nKZJtE19sQ0TI6sUTtkYdECUTFFz5kUMx7LX
Tb5dtQ6ZZ66+lLRaMfXr
-----END CERTIFICATE-----
`;

describe('caCertHash', () => {
  it('gives what openssl gives for the public key', () => {
    // openssl x509 -pubkey -noout -in ca.crt | openssl pkey -pubin -outform der | sha256sum
    expect(caCertHash(certificate)).toBe(
      'sha256:f0d0a80bdd8a52382b3f3611896ae7ba52887c10ccddd3d0754e09e7500b1ffc',
    );
  });

  it('says where to look when the file is no certificate', () => {
    expect(() => caCertHash('not a certificate')).toThrow('is no certificate');
  });
});
