import { expect, it } from 'vitest';
import { overviewLines, pageLines } from '../../../../src/cli/versions/lines.ts';
import { versionOverview } from '../../../../src/kube/version-overview.ts';
import { versionPage } from '../../../../src/kube/version-page.ts';
import { parseVersion } from '../../../../src/kube/version.ts';
import { createStyle } from '../../../../src/ui/style.ts';

const today = '2026-11-27';

it('prints a line for each minor, and what is planned', () => {
  const rows = ['1.37', '1.32', '1.20', '1.10'].map((minor) => versionOverview(parseVersion(minor), today));
  const [heading, newest, unknown, tried, old, , plan] = overviewLines(rows);
  expect(heading?.split(/ {3,}/)).toEqual([
    'VERSION',
    'RELEASED',
    'FIXES',
    'IPVS MODE',
    'EXTERNAL IPS BOUND BY',
    'KUBEADM API',
    'TRIED BY US',
  ]);
  expect(newest).toMatch(
    /^1\.37 +2026-08-26 +until 2027-10-28 +deprecated +kube-proxy \(deprecated\) +v1beta4/,
  );
  expect(unknown).toContain('ended (day unknown)');
  expect(tried).toMatch(/ended 2022-02-28 +stable +kube-proxy +v1beta2 +v1\.20\.2/);
  expect(old).toMatch(/beta +ipvs-bootstrap +v1alpha1 +-$/);
  expect(plan).toBe('Kubernetes plans to switch IPVS mode off in 1.40, and to remove it in 1.43.');
});

it('prints a page of narrow lines, with ways out to copy', () => {
  const lines = pageLines('1.37', versionPage(parseVersion('1.37'), today), createStyle(false));
  expect(lines[0]).toBe('Kubernetes 1.37');
  const statements = lines.slice(2, lines.indexOf('', 2));
  expect(Math.max(...statements.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(statements.filter((line) => line.startsWith('kubeadm API'))).toHaveLength(1);
  expect(lines).toContain('  kubectl --namespace kube-system rollout restart daemonset kube-proxy');
});

it('says so when a version was never tried', () => {
  const lines = pageLines('1.19', versionPage(parseVersion('1.19'), today), createStyle(false));
  expect(lines.find((line) => line.startsWith('tried by us'))).toMatch(/ not yet$/);
});
