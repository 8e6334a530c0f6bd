import { describe, expect, it } from 'vitest';
import { kubeProxyFields } from '../../../../src/kube/kubeadm/kube-proxy-configuration.ts';
import { parseVersion } from '../../../../src/kube/version.ts';

const settings = {
  scheduler: 'rr',
  strictARP: true,
  excludeCIDRs: [],
  podCIDRs: ['10.244.0.0/16'],
};
const fields = (version: string) => kubeProxyFields({ ...settings, version: parseVersion(version) });

describe('kubeProxyFields', () => {
  it.each([
    ['1.9.7', 'SupportIPVSProxyMode=true'],
    ['1.10.0', undefined],
    ['1.11.0', undefined],
    ['1.20.2', undefined],
    ['1.37.0', undefined],
  ])('gives %s the gate %s', (version, gate) => {
    expect(fields(version).featureGates).toBe(gate);
  });

  it.each([
    ['1.13.5', undefined],
    ['1.13.6', true],
    ['1.14.1', undefined],
    ['1.14.2', true],
  ])('writes strictARP in %s as %s', (version, strictARP) => {
    expect(fields(version).ipvs.strictARP).toBe(strictARP);
  });

  it('writes the timeouts from 1.18 on, and 0 for those that the kernel keeps', () => {
    const timeouts = { tcp: 7500, tcpFin: 0, udp: 300 };
    const ipvs = (version: string) =>
      kubeProxyFields({ ...settings, version: parseVersion(version), timeouts }).ipvs;
    expect(ipvs('1.18.0')).toMatchObject({ tcpTimeout: '2h5m0s', tcpFinTimeout: '0s', udpTimeout: '5m0s' });
    expect(ipvs('1.17.9')).not.toHaveProperty('tcpTimeout');
  });
});
