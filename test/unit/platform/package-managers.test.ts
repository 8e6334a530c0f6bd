// What becomes of a package manager's exit code.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { installPackages } from '../../../src/platform/package-managers.ts';

it.each([
  ['done', 0, 0],
  ['done, a reboot is wanted', 102, 0],
  ['done, zypper is to be started again', 103, 0],
  ['done, the index of another repository was missing', 106, 0],
  ['no such package', 104, 1],
])('zypper: %s', (_, code, expected) => {
  const program = `zypper() { return ${code}; }\n${installPackages.suse.text}\ninstall_packages ipset`;
  expect(spawnSync('sh', ['-c', program]).status).toBe(expected);
});
