// Telling Debian's mirrors from other publishers' sources, and writing sources of one release.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSourcesList } from '../../../../src/local/debian/apt-sources.ts';
import {
  chooseMirror,
  findDebianMirror,
  releaseSources,
} from '../../../../src/local/debian/debian-mirror.ts';

const archive = 'deb http://mirror.test/debian bookworm main\n';
const security = 'deb http://mirror.test/debian-security bookworm-security main\n';

describe('chooseMirror', () => {
  it('finds the archive and the security archive', () => {
    const mirror = chooseMirror(parseSourcesList(security + archive));
    expect(mirror.archive.uris).toEqual(['http://mirror.test/debian']);
    expect(mirror.security?.uris).toEqual(['http://mirror.test/debian-security']);
  });

  it('passes over other publishers, also those that use the names of Debian releases', () => {
    const others = [
      'deb [signed-by=/etc/apt/keyrings/docker.asc] http://docker.test/linux/debian bookworm stable',
      'deb [signed-by=/usr/share/keyrings/hashicorp.gpg] http://hashicorp.test bookworm main',
      'deb http://node.test/node_20.x nodistro main',
      'deb http://pg.test/apt bookworm-pgdg main',
      'deb cdrom:[Debian 12]/ bookworm main',
    ];
    const mirror = chooseMirror(parseSourcesList(`${others.join('\n')}\n${archive}`));
    expect(mirror.archive.uris).toEqual(['http://mirror.test/debian']);
    expect(mirror.security).toBeUndefined();
  });

  it('accepts a machine of another Debian release', () => {
    const mirror = chooseMirror(parseSourcesList('deb http://mirror.test/debian trixie main\n'));
    expect(mirror.archive.uris).toEqual(['http://mirror.test/debian']);
  });

  it('says that a machine without Debian sources cannot carry the lab, and what to do instead', () => {
    expect(() => chooseMirror(parseSourcesList('deb http://ubuntu.test/ubuntu noble main\n'))).toThrow(
      expect.objectContaining({
        code: 'preflight.failed',
        hint: expect.stringContaining('inventory') as string,
      }) as Error,
    );
  });
});

describe('releaseSources', () => {
  it('names the wanted release whatever release the machine has', () => {
    const sources = 'deb http://m.test/debian trixie main\ndeb http://m.test/security trixie-security main\n';
    expect(releaseSources(chooseMirror(parseSourcesList(sources)), 'bookworm', 'deb-src')).toBe(
      `Types: deb-src
URIs: http://m.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://m.test/security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
    );
  });

  it('keeps the trust that the administrator put into a mirror without signatures', () => {
    const mirror = chooseMirror(parseSourcesList('deb [trusted=yes] http://m.test/debian bookworm main\n'));
    expect(releaseSources(mirror, 'bookworm', 'deb')).toContain('Trusted: yes');
  });
});

describe('findDebianMirror', () => {
  it('reads sources.list and both kinds of files in sources.list.d, and no others', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'apt-'));
    try {
      const parts = join(directory, 'sources.list.d');
      await mkdir(parts);
      await writeFile(join(parts, 'a.list.disabled'), 'deb http://off.test/debian bookworm main\n');
      await writeFile(join(parts, 'b.list'), security);
      const stanza = 'Types: deb\nURIs: http://stanza.test/debian\nSuites: bookworm\nComponents: main\n';
      await writeFile(join(parts, 'c.sources'), stanza);
      const mirror = await findDebianMirror(directory);
      expect(mirror.archive.uris).toEqual(['http://stanza.test/debian']);
      expect(mirror.security?.uris).toEqual(['http://mirror.test/debian-security']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.each(['trixie-backports', 'sid'])('knows that %s has no updates and no security of its own', (suite) => {
    const sources = releaseSources(chooseMirror(parseSourcesList(archive + security)), suite, 'deb');
    expect(sources.match(/^Suites: .*$/gm)).toEqual([`Suites: ${suite}`]);
  });
});
