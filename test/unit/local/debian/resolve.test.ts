// Reading what apt-get prints about files and installed packages.
import { describe, expect, it } from 'vitest';
import { installedPackages } from '../../../../src/lab/debian/machine-packages.ts';
import { parsePackageFiles, parseSourceVersion } from '../../../../src/local/debian/resolve.ts';

describe('parsePackageFiles', () => {
  it('takes name and version, with its epoch, from the file name', () => {
    const output = `Reading package lists...
The following NEW packages will be installed:
  conntrack ipset
'http://m.test/pool/main/c/conntrack-tools/conntrack_1.4.7-1%2bb2_amd64.deb' conntrack_1%3a1.4.7-1+b2_amd64.deb 35240 SHA256:0f
'http://m.test/pool/main/i/ipset/ipset_7.17-1_amd64.deb' ipset_7.17-1_amd64.deb 45656 SHA256:1e
`;
    expect(parsePackageFiles(output)).toEqual([
      { name: 'conntrack', version: '1:1.4.7-1+b2', fileName: 'conntrack_1%3a1.4.7-1+b2_amd64.deb' },
      { name: 'ipset', version: '7.17-1', fileName: 'ipset_7.17-1_amd64.deb' },
    ]);
  });

  it('is empty when nothing would be downloaded', () => {
    expect(parsePackageFiles('0 upgraded, 0 newly installed\n')).toEqual([]);
  });
});

describe('parseSourceVersion', () => {
  it('takes the version from the name of the .dsc file', () => {
    const output = `'http://m.test/k_1.20.5%2breally1.20.2.orig.tar.gz' k_1.20.5+really1.20.2.orig.tar.gz 34 SHA256:b8
'http://m.test/k_1.20.5%2breally1.20.2-1.1.dsc' k_1.20.5+really1.20.2-1.1.dsc 1973 SHA256:19
`;
    expect(parseSourceVersion(output)).toBe('1.20.5+really1.20.2-1.1');
  });

  it('is undefined when there is no such package', () => {
    expect(parseSourceVersion('Reading package lists...\n')).toBeUndefined();
  });
});

describe('installedPackages', () => {
  it('does not count a package of which only the configuration is left', () => {
    const listing = 'patch installed\nmmdebstrap config-files\nxz-utils installed\n';
    expect([...installedPackages(listing)]).toEqual(['patch', 'xz-utils']);
  });
});
