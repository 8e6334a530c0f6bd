// Finds Debian's own mirrors among the machine's package sources and writes sources of one release from them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { parseDeb822Sources, parseSourcesList, type AptSource } from './apt-sources.ts';

/** Where this machine gets Debian from. */
export interface DebianMirror {
  readonly archive: AptSource;
  /** Undefined when the machine has no source of security updates. */
  readonly security: AptSource | undefined;
}

const archiveKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const releaseName = /^(bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$/;

/**
 * Reads the sources under `directory` (normally /etc/apt).
 * @throws BootstrapError `preflight.failed` if Debian is not among them
 */
export async function findDebianMirror(directory = '/etc/apt'): Promise<DebianMirror> {
  return chooseMirror(await readSources(directory));
}

/** Picks the archive and the security archive of Debian; other publishers' sources are passed over. */
export function chooseMirror(sources: readonly AptSource[]): DebianMirror {
  const debian = sources.filter(isDebians);
  const archive = debian.find((source) => source.suites.some((suite) => releaseName.test(suite)));
  if (archive === undefined) {
    throw new BootstrapError('preflight.failed', 'this machine has no Debian package source', {
      hint:
        'Labs, and the packages of a bundle, are made from those of Debian, by the apt of a Debian. On other machines, ' +
        'write an inventory of hosts of your own, and make bundles without --release.',
    });
  }
  return { archive, security: debian.find((source) => source.suites.some(isSecuritySuite)) };
}

/** Backports, and what is not released yet, have their updates and their security fixes in themselves. */
const standsAlone = /-backports$|^(forky|testing|sid|unstable)$/;

/** A deb822 file of the given release with packages (`deb`) or source packages (`deb-src`). */
export function releaseSources(mirror: DebianMirror, release: string, type: 'deb' | 'deb-src'): string {
  if (standsAlone.test(release)) return paragraph(mirror.archive, [release], type);
  const paragraphs = [paragraph(mirror.archive, [release, `${release}-updates`], type)];
  if (mirror.security !== undefined)
    paragraphs.push(paragraph(mirror.security, [`${release}-security`], type));
  return paragraphs.join('\n');
}

/** Publishers besides Debian also name their suites after Debian's releases, but sign with a key of their own. */
function isDebians(source: AptSource): boolean {
  const signed = source.signedBy ?? 'debian-archive';
  return source.components.includes('main') && /debian-archive/.test(signed) && source.uris.some(isUsable);
}

function isUsable(uri: string): boolean {
  return !uri.startsWith('cdrom:');
}

/** `bookworm-security`, or `buster/updates` as it was called before. */
function isSecuritySuite(suite: string): boolean {
  const base = /^(.*)(?:-security|\/updates)$/.exec(suite)?.[1];
  return base !== undefined && releaseName.test(base);
}

function paragraph(source: AptSource, suites: readonly string[], type: string): string {
  const trust = source.trusted ? 'Trusted: yes' : `Signed-By: ${source.signedBy ?? archiveKeyring}`;
  return [
    `Types: ${type}`,
    `URIs: ${source.uris.filter(isUsable).join(' ')}`,
    `Suites: ${suites.join(' ')}`,
    'Components: main',
    trust,
    '',
  ].join('\n');
}

async function readSources(directory: string): Promise<readonly AptSource[]> {
  const parts = await readdir(join(directory, 'sources.list.d')).catch(() => []);
  const files = ['sources.list', ...parts.sort().map((name) => join('sources.list.d', name))];
  const sources: AptSource[] = [];
  for (const file of files) {
    const parse = file.endsWith('.sources') ? parseDeb822Sources : parseSourcesList;
    if (!/\.(list|sources)$/.test(file)) continue;
    sources.push(...parse(await readFile(join(directory, file), 'utf8').catch(() => '')));
  }
  return sources;
}
