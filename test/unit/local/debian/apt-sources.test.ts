// Parsing apt's source lists in both formats.
import { describe, expect, it } from 'vitest';
import { parseDeb822Sources, parseSourcesList } from '../../../../src/local/debian/apt-sources.ts';

describe('parseSourcesList', () => {
  it('reads a line without options', () => {
    expect(parseSourcesList('deb http://mirror.test/debian bookworm main contrib\n')).toEqual([
      {
        types: ['deb'],
        uris: ['http://mirror.test/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: undefined,
        trusted: false,
      },
    ]);
  });

  it('reads options in brackets', () => {
    const [source] = parseSourcesList(
      'deb-src [ arch=amd64 signed-by=/k.gpg trusted=yes ] http://m.test/d sid main',
    );
    expect(source).toMatchObject({ types: ['deb-src'], signedBy: '/k.gpg', trusted: true, suites: ['sid'] });
  });

  it('passes over comments, disabled and empty lines, and comments behind an entry', () => {
    const text = '# deb http://off.test/debian bookworm main\n\ndeb http://on.test/debian sid main # mine\n';
    const sources = parseSourcesList(text);
    expect(sources.map(({ uris }) => uris)).toEqual([['http://on.test/debian']]);
    expect(sources[0]?.components).toEqual(['main']);
  });
});

describe('parseDeb822Sources', () => {
  it('reads paragraphs with several types, URIs and suites, and comments in between', () => {
    const text = `# the archive
Types: deb deb-src
# an old mirror
URIs: http://a.test/debian http://b.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

types: deb
uris: http://a.test/debian-security
suites: bookworm-security
components: main
`;
    expect(parseDeb822Sources(text)).toMatchObject([
      {
        types: ['deb', 'deb-src'],
        uris: ['http://a.test/debian', 'http://b.test/debian'],
        suites: ['bookworm', 'bookworm-updates'],
        signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
      { suites: ['bookworm-security'], signedBy: undefined },
    ]);
  });

  it('leaves out a disabled paragraph', () => {
    expect(
      parseDeb822Sources('Enabled: no\nTypes: deb\nURIs: http://a.test\nSuites: sid\nComponents: main\n'),
    ).toEqual([]);
  });

  it('keeps a key that is written out over several lines as it is', () => {
    const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINB\n -----END PGP PUBLIC KEY BLOCK-----';
    const text = `Types: deb\nURIs: http://a.test\nSuites: sid\nComponents: main\nSigned-By:${key}\n`;
    expect(parseDeb822Sources(text)[0]?.signedBy).toBe(key);
  });
});
