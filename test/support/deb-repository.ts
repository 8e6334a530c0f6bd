// Package repositories in flat form, as pkgs.k8s.io has them: .deb files, their index, and who has signed it.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SigningKey } from './signing-key.ts';

export interface DebToMake {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** amd64, if nothing else is said. */
  readonly architecture?: string;
  /** By their paths on the host: what they say, or the file or directory that is copied there. */
  readonly files: Readonly<Record<string, string | { readonly copyOf: string }>>;
}

/** Makes a package below `directory`; what it has below /etc are settings, which its end takes along. */
export function makeDeb(
  directory: string,
  { name, version, depends, files, architecture = 'amd64' }: DebToMake,
): void {
  const root = join(directory, `.root-${name}`);
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (typeof content === 'string') writeFileSync(target, content);
    else cpSync(content.copyOf, target, { recursive: true, mode: 0 });
    if (/\/bin\//.test(path)) chmodSync(target, 0o755);
  }
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: nobody <nobody@example.org>',
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    'Description: for a test',
    '',
  ];
  writeFileSync(join(root, 'DEBIAN/control'), control.join('\n'));
  const settings = Object.keys(files).filter((path) => path.startsWith('etc/'));
  writeFileSync(join(root, 'DEBIAN/conffiles'), settings.map((path) => `/${path}\n`).join(''));
  mkdirSync(join(directory, architecture), { recursive: true });
  const file = join(directory, architecture, `${name}_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Znone', root, file], { stdio: 'ignore' });
  rmSync(root, { recursive: true });
}

/** Writes the index of all packages below the directory. */
export function writeIndex(directory: string): void {
  const index = (what: string) =>
    execFileSync('apt-ftparchive', [what, '.'], { cwd: directory, maxBuffer: 64 * 1024 ** 2 });
  writeFileSync(join(directory, 'Packages'), index('packages'));
  rmSync(join(directory, 'Release'), { force: true });
  rmSync(join(directory, 'InRelease'), { force: true });
  writeFileSync(join(directory, 'Release'), index('release'));
}

/** Signs the index, and lays a key beside it: the signer's, if nothing else is said. */
export function signIndex(directory: string, signer: SigningKey, published = signer.armored): void {
  const text = readFileSync(join(directory, 'Release'), 'utf8');
  writeFileSync(join(directory, 'InRelease'), signer.sign(text));
  writeFileSync(join(directory, 'Release.key'), published);
}
