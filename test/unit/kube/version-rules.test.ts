import { describe, expect, it } from 'vitest';
import { reviewVersion, type VersionRequest } from '../../../src/kube/version-rules.ts';
import { parseVersion } from '../../../src/kube/version.ts';

const request = {
  scheduler: 'rr',
  strictARP: false,
  controlPlanes: 1,
  hasMixedNodes: false,
  hasClusterDns: true,
  usesExternalIPs: true,
};

function review(version: string, wanted: Partial<VersionRequest> = {}) {
  const { problems, warnings } = reviewVersion({ ...request, version: parseVersion(version), ...wanted });
  return { problems: problems.map(({ message }) => message), warnings };
}

describe('reviewVersion', () => {
  it.each(Array.from({ length: 28 }, (_, index) => `1.${index + 10}.9`))(
    'has nothing to say to %s',
    (version) => {
      expect(review(version)).toEqual({ problems: [], warnings: [] });
    },
  );

  it.each([
    ['1.7.16', /not a version that this program knows/],
    ['1.38.0', /not a version that this program knows/],
    ['1.39.0', /not a version that this program knows/],
    ['1.40.0', /feature gate KubeProxyIPVS/],
    ['1.42.3', /feature gate KubeProxyIPVS/],
    ['1.43.0', /has no IPVS mode any more/],
  ])('refuses %s', (version, message) => {
    expect(review(version, { scheduler: 'mh' }).problems).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['1.7.16', 'lists them'],
    ['1.38.0', 'lists them'],
    ['1.40.0', '"ipvs-bootstrap versions 1.37" tells the ways out'],
    ['1.43.0', '"ipvs-bootstrap versions 1.37" tells the ways out'],
  ])('names the setting and the command that help with %s', (version, command) => {
    const [problem] = reviewVersion({ ...request, version: parseVersion(version) }).problems;
    expect(problem?.hint).toContain('Set cluster.kubernetes.version to one from v1.8 to v1.37');
    expect(problem?.hint).toContain(command);
  });

  it.each([
    ['1.8.0', 0],
    ['1.9.0', 1],
    ['1.26.0', 1],
    ['1.27.0', 0],
  ])('takes any scheduler that the kernel has where %s does not check', (version, count) => {
    expect(review(version, { scheduler: 'mh' }).problems).toHaveLength(count);
  });

  it.each([
    ['1.12.0', 1],
    ['1.13.0', 0],
    ['1.13.6', 0],
    ['1.14.1', 0],
    ['1.15.0', 0],
  ])('knows whether %s can answer ARP strictly', (version, count) => {
    expect(review(version, { strictARP: true }).problems).toHaveLength(count);
  });

  it('warns where nobody answers for external IPs', () => {
    expect(review('1.14.1').warnings).toEqual([expect.stringContaining('1.14.2 mend')]);
    expect(review('1.14.1', { usesExternalIPs: false }).warnings).toEqual([]);
  });

  it('wants 1.15 for several control planes', () => {
    expect(review('1.14.10', { controlPlanes: 3 }).problems).toHaveLength(1);
    expect(review('1.15.0', { controlPlanes: 3 }).problems).toEqual([]);
  });

  it('warns of what old versions cannot do', () => {
    expect(review('1.8.0').warnings).toEqual([expect.stringContaining('begin with "eth"')]);
    const old = review('1.10.0', { hasClusterDns: false, hasMixedNodes: true });
    expect(old.warnings).toEqual([
      expect.stringContaining('cannot leave out the cluster DNS'),
      expect.stringContaining('taints every control plane'),
    ]);
  });
});
