// What is ours on a host is known by its mark, or by its path where a format has no comments.
import { expect, it } from 'vitest';
import { backupPath, isManaged, managedMark } from '../../../src/core/managed.ts';

it.each([
  ['/etc/containerd/config.toml', `${managedMark}\nversion = 2\n`, true],
  ['/etc/keepalived/check.sh', `#!/bin/sh\n${managedMark}\n`, true],
  ['/etc/cni/net.d/10-ipvs-bootstrap.conflist', '{}', true],
  ['/etc/containerd/config.toml', 'version = 2\n', false],
])('%s with %j is ours: %s', (path, text, expected) => {
  expect(isManaged(path, text)).toBe(expected);
});

it('keeps a foreign file beside the new one', () => {
  expect(backupPath('/etc/a.conf')).toBe('/etc/a.conf.ipvs-bootstrap-backup');
});
