import { describe, expect, it } from 'vitest';
import { readVersion } from '../../../../src/cli/versions/read-version.ts';
import { BootstrapError } from '../../../../src/core/errors.ts';

function refusal(text: string): { message: string; hint: string | undefined; code: string } {
  try {
    readVersion(text);
  } catch (error) {
    if (error instanceof BootstrapError)
      return { message: error.message, hint: error.hint, code: error.code };
  }
  throw new Error(`${text} was taken`);
}

describe('readVersion', () => {
  it.each([
    ['v1.20.2', 'v1.20.2', 2],
    ['1.20.2', 'v1.20.2', 2],
    ['1.20.0', 'v1.20.0', 0],
  ])('takes a release: %s', (text, name, patch) => {
    expect(readVersion(text)).toEqual({ name, version: { major: 1, minor: 20, patch } });
  });

  it.each(['1.12', 'v1.12'])('takes a minor for its latest release: %s', (text) => {
    const { name, version } = readVersion(text);
    expect(name).toBe('1.12');
    expect(version.patch).toBeGreaterThan(100);
  });

  it.each(['', 'latest', '1', '1.x', '1.20.2-rc.0', '1.20.2.3', '1.123456', '-1.20'])(
    'refuses what is none: "%s"',
    (text) => {
      expect(refusal(text)).toEqual({
        code: 'usage',
        message: `"${text}" is no Kubernetes version`,
        hint: 'Write it like 1.37 or v1.37.0.',
      });
    },
  );

  it.each([
    [
      '1.7.16',
      'Kubernetes 1.7 has no IPVS mode: 1.8 is the first that has',
      /^"ipvs-bootstrap versions" lists/,
    ],
    [
      '1.38',
      'Kubernetes 1.38 is not known here: 1.37 is the newest that is',
      /^"ipvs-bootstrap versions" lists/,
    ],
    [
      'v1.40.1',
      'Kubernetes 1.40 is not known here: 1.37 is the newest that is',
      /^Kubernetes plans to switch/,
    ],
    ['1.43', 'Kubernetes 1.43 is not known here: 1.37 is the newest that is', /^Kubernetes plans to remove/],
    ['2.0', 'Kubernetes 2.0 is not known here: 1.37 is the newest that is', /1\.8 to 1\.37/],
  ])('says what there is instead of %s', (text, message, hint) => {
    expect(refusal(text)).toMatchObject({ code: 'usage', message });
    expect(refusal(text).hint).toMatch(hint);
  });
});
