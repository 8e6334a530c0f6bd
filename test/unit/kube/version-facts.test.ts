import { describe, expect, it } from 'vitest';
import {
  criSocket,
  has,
  isSupported,
  kubeadmApi,
  type VersionFeature,
} from '../../../src/kube/version-facts.ts';
import { parseVersion } from '../../../src/kube/version.ts';

describe('kubeadmApi', () => {
  it.each([
    ['1.8.0', 'v1alpha1'],
    ['1.10.13', 'v1alpha1'],
    ['1.11.0', 'v1alpha2'],
    ['1.12.9', 'v1alpha3'],
    ['1.13.0', 'v1beta1'],
    ['1.14.10', 'v1beta1'],
    ['1.15.0', 'v1beta2'],
    ['1.21.14', 'v1beta2'],
    ['1.22.0', 'v1beta3'],
    ['1.30.9', 'v1beta3'],
    ['1.31.0', 'v1beta4'],
    ['1.37.1', 'v1beta4'],
  ])('%s reads %s', (version, api) => {
    expect(kubeadmApi(parseVersion(version))).toBe(api);
  });
});

describe('has', () => {
  // Feature, a version just outside, the first and the last inside, one just outside; "-" where there is no edge.
  it.each<readonly [VersionFeature, string, string, string, string]>([
    ['kubeProxyFlagsOnly', '-', '1.8.0', '1.8.15', '1.9.0'],
    ['ipvsGate', '-', '1.8.0', '1.9.11', '1.10.0'],
    ['bindsExternalIPs', '1.10.13', '1.11.0', '1.37.0', '-'],
    ['leavesForeignAddresses', '1.27.1', '1.27.2', '1.37.0', '-'],
    ['excludeCIDRs', '1.10.13', '1.11.0', '1.37.0', '-'],
    ['strictARP', '1.13.5', '1.13.6', '1.13.12', '1.14.0'],
    ['strictARP', '1.14.1', '1.14.2', '1.37.0', '-'],
    ['alwaysStrictARP', '1.12.9', '1.13.0', '1.13.5', '1.13.6'],
    ['alwaysStrictARP', '1.13.6', '1.14.0', '1.14.1', '1.14.2'],
    ['ipvsTimeouts', '1.17.9', '1.18.0', '1.37.0', '-'],
    ['validatesScheduler', '1.8.0', '1.9.0', '1.26.9', '1.27.0'],
    ['ipvsDeprecated', '1.34.9', '1.35.0', '1.43.0', '-'],
    ['ipvsOptOutGate', '1.36.9', '1.37.0', '1.43.0', '-'],
    ['preflightWantsIpset', '1.14.9', '1.15.0', '1.15.9', '1.16.0'],
    ['silentFallback', '-', '1.8.0', '1.25.9', '1.26.0'],
    ['masterLabel', '-', '1.8.0', '1.23.9', '1.24.0'],
    ['controlPlaneLabel', '1.19.9', '1.20.0', '1.37.0', '-'],
    ['masterTaint', '-', '1.8.0', '1.24.9', '1.25.0'],
    ['controlPlaneTaint', '1.23.9', '1.24.0', '1.37.0', '-'],
  ])('%s: not in %s, in %s to %s, not in %s', (feature, before, first, last, after) => {
    const holds = (version: string) => has(parseVersion(version), feature);
    expect([first, last].map(holds)).toEqual([true, true]);
    for (const outside of [before, after]) if (outside !== '-') expect(holds(outside)).toBe(false);
  });
});

describe('isSupported', () => {
  it.each(['1.8.0', '1.20.2', '1.37.0', '1.37.9'])('knows %s', (version) => {
    expect(isSupported(parseVersion(version))).toBe(true);
  });
  it.each(['1.7.16', '0.21.0', '1.38.0', '2.0.0'])('does not know %s', (version) => {
    expect(isSupported(parseVersion(version))).toBe(false);
  });
});

describe('criSocket', () => {
  it('is a path up to 1.23 and a URL later', () => {
    expect(criSocket(parseVersion('1.23.17'), '/run/x.sock')).toBe('/run/x.sock');
    expect(criSocket(parseVersion('1.24.0'), '/run/x.sock')).toBe('unix:///run/x.sock');
  });
});
