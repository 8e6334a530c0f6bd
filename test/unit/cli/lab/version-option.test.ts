// Which releases of Kubernetes the lab takes.
import { expect, it } from 'vitest';
import { labVersion } from '../../../../src/cli/lab/version-option.ts';

it.each([
  ['v1.37.2', 'v1.37.2'],
  ['1.37.2', 'v1.37.2'],
  ['v1.24.0', 'v1.24.0'],
  ['1.20.2', 'v1.20.2'],
])('%s is %s', (text, version) => {
  expect(labVersion(text)).toBe(version);
});

it.each(['1.37', 'latest', 'v1.38.0-beta.0', ''])('"%s" is no release', (text) => {
  expect(() => labVersion(text)).toThrow('It must be a release such as v1.37.2.');
});

it.each(['v1.23.17', 'v1.20.3', 'v1.38.0', 'v2.30.0'])('%s cannot be built', (text) => {
  expect(() => labVersion(text)).toThrow(
    'The lab can be made with v1.24.0 to the newest v1.37, and with v1.20.2.',
  );
});
