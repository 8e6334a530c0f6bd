import { describe, expect, it } from 'vitest';
import { allOverviews, latestOf } from '../../../src/kube/version-overview.ts';
import { versionPage } from '../../../src/kube/version-page.ts';
import { versionReference } from '../../../src/kube/version-reference.ts';
import { parseVersion } from '../../../src/kube/version.ts';

const today = '2026-11-27';

function page(version: string) {
  return versionPage(parseVersion(version), today);
}

/** All that a page says of a subject. */
function said(version: string, subject: string): string {
  const found = page(version).statements.filter((one) => one.subject === subject);
  return found.map(({ text }) => text).join('\n');
}

describe('versionPage', () => {
  it('tells of the same subjects for every version, each with where it was read', () => {
    const [newest, ...others] = allOverviews(today).map(({ minor }) => versionPage(latestOf(minor), today));
    const subjects = (one: typeof newest) =>
      one?.statements.map(({ subject }) => subject).filter((subject) => subject !== 'feature gate');
    for (const other of others) {
      expect(subjects(other)).toEqual(subjects(newest));
      for (const { text, sources } of other.statements) {
        expect(text).not.toMatch(/undefined|999/);
        expect(sources).not.toEqual([]);
      }
    }
  });

  it('names the days of IPVS mode, and what is planned', () => {
    expect(said('1.8', 'IPVS mode')).toBe('alpha, since 1.8 (2017-09-29)');
    expect(said('1.34', 'IPVS mode')).toBe('stable, since 1.11 (2018-06-27)');
    expect(said('1.36', 'IPVS mode')).toMatch(/since 1\.35 \(2025-12-17\).*off in 1\.40.*remove it in 1\.43/);
  });

  it('names the feature gates', () => {
    expect(said('1.9', 'feature gate')).toContain('SupportIPVSProxyMode=true');
    expect(said('1.35', 'feature gate')).toBe('');
    expect(said('1.36', 'feature gate')).toMatch(/^AllowServiceExternalIPs/);
    expect(said('1.37', 'feature gate')).toContain('KubeProxyIPVS');
  });

  it('knows what was mended in the course of a minor', () => {
    expect(said('1.12.6', 'kernel')).toContain('from 4.19 on kube-proxy misses nf_conntrack_ipv4');
    expect(said('1.12.7', 'kernel')).not.toContain('4.19');
    expect(said('1.14.1', 'kube-proxy takes')).toContain('strict ARP always on');
    expect(said('1.14.2', 'kube-proxy takes')).toMatch(/strictARP$/);
  });

  it('knows what a host must have', () => {
    expect(said('1.18', 'control groups')).toBe('version 1 only');
    expect(said('1.37', 'control groups')).toContain('refuse version 1');
    expect(said('1.22', 'container runtime')).toMatch(/^containerd 1:/);
    expect(said('1.24', 'container runtime')).toBe('containerd 1 or 2');
    expect(said('1.34', 'kernel')).toContain('5.4, 5.10, 5.15 and those from 6.0 on; kubeadm warns');
  });

  it('knows when both IP families came', () => {
    expect(said('1.16', 'IP families')).toBe('IPv4 or IPv6: both need 1.20');
    const alpha = 'IPv4 or IPv6: both are alpha here, and with this program need 1.20';
    expect(said('1.17', 'IP families')).toBe(alpha);
    expect(said('1.19', 'IP families')).toBe(alpha);
    expect(said('1.20', 'IP families')).toContain('behind the gate IPv6DualStack');
    expect(said('1.21', 'IP families')).toBe('IPv4, IPv6, or both');
  });

  it('has the combinations that were tried', () => {
    expect(page('1.20').trials.map(({ version }) => version)).toContain('v1.20.2');
    expect(page('1.19').trials).toEqual([]);
  });

  it('shows a way out of each end with its commands', () => {
    const goals = (version: string) => page(version).waysOut.map(({ goal }) => goal);
    expect(goals('1.34')).toEqual(['Get fixes again, with a new cluster of Kubernetes 1.37']);
    expect(goals('1.35')).toEqual([
      expect.stringMatching(/^Keep IPVS mode/),
      expect.stringMatching(/^Leave IPVS/),
    ]);
    expect(goals('1.37')).toHaveLength(4);
    const commands = page('1.37').waysOut.flatMap(({ lines }) => lines);
    expect(commands.join('\n')).toContain('featureGates: { KubeProxyIPVS: true }');
  });

  it('sends nobody to a release that has ended itself', () => {
    expect(versionPage(parseVersion('1.20'), '2030-01-01').waysOut).toEqual([]);
  });
});

it('keeps docs/reference/versions.md up to date', async () => {
  await expect(versionReference()).toMatchFileSnapshot('../../../docs/reference/versions.md');
});
