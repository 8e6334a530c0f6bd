// Lines of `tar --list --verbose` → what is in an archive.
import { expect, it } from 'vitest';
import { parseListing } from '../../../src/bundle/check/archive.ts';

it('knows files, programs and links apart, and leaves directories out', () => {
  const text = `-rw-r--r-- 0/0            1234 2026-01-31 12:00 manifest.json
drwxr-xr-x 0/0               0 2026-01-31 12:00 bin/
-rwxr-xr-x 0/0        36528128 2026-01-31 12:00 bin/kubeadm
-rw-r--r-- 0/0           41584 2026-01-31 12:00 packages/a name_1%3a2.deb
lrwxrwxrwx 0/0               0 2026-01-31 12:00 bin/link -> /etc/passwd
crw-rw-rw- 0/0             1,3 2026-01-31 12:00 null
`;
  expect(parseListing(text)).toEqual([
    { path: 'manifest.json', isFile: true, isExecutable: false },
    { path: 'bin/kubeadm', isFile: true, isExecutable: true },
    { path: 'packages/a name_1%3a2.deb', isFile: true, isExecutable: false },
    { path: 'bin/link -> /etc/passwd', isFile: false, isExecutable: true },
    { path: 'null', isFile: false, isExecutable: true },
  ]);
});
