import { describe, expect, it } from 'vitest';
import { parseVersion } from '../../../src/kube/version.ts';
import { isWarning, reviewLines } from '../../versions/expected-warnings.ts';

const deprecation =
  'W1127 15:00:00.123456   42 kubeproxy.go:144] The "KubeProxyConfiguration" field "mode" is set to "ipvs" which has been deprecated since version v1.35.';

function review(version: string, ...lines: readonly string[]) {
  return reviewLines(lines, { version: parseVersion(version), program: 'kubeadm', scenario: 'single' });
}

describe('reviewLines', () => {
  it('names the warnings that are expected of the version', () => {
    expect(review('v1.37.2', deprecation)).toEqual({ warnings: ['IPVS mode is deprecated'], problems: [] });
  });

  it('finds those that nobody expects of it, without their time', () => {
    const line = deprecation.replace(/^W1127 15:00:00.123456 {3}42 /, 'W ');
    expect(review('v1.36.3', deprecation)).toEqual({ warnings: [], problems: [`unexpected: ${line}`] });
  });

  it('leaves out what is missing in the temporary root alone', () => {
    const line =
      'W1127 15:00:00.123456   42 kubelet.go:213] cannot determine if systemd-resolved is active: no supported init system detected, skipping checking for services';
    expect(review('v1.20.2', line)).toEqual({ warnings: [], problems: [] });
  });

  it('finds those that did not come', () => {
    expect(review('v1.37.2', 'ok').problems).toEqual(['did not come: IPVS mode is deprecated']);
  });
});

describe('isWarning', () => {
  it.each([
    ['W0102 03:04:05.000006    7 a.go:1] text', true],
    ['E0102 03:04:05.000006    7 a.go:1] text', true],
    ['I0102 03:04:05.000006    7 a.go:1] no warning at all', false],
    ['\t[WARNING Hostname]: hostname could not be reached', true],
    ['Flag --port has been deprecated', true],
    ['[certs] Generating "ca" certificate and key', false],
    [
      'I0102 03:04:05.000006    7 a.go:1] "Using lenient decoding as strict decoding failed" err="unknown field"',
      true,
    ],
    ['ok', false],
  ])('%s: %s', (line, expected) => {
    expect(isWarning(line)).toBe(expected);
  });
});
