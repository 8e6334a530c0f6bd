// A small Debian archive on loopback: as many suites as a test wants, with packages made on the spot.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

/** One package: its name and the files in it, by their paths. */
export interface PackageToMake {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** More lines about it, such as `Depends: other`. */
  readonly fields?: readonly string[];
}

export interface DebianArchive {
  /** A line for sources.list. The suites named there need not exist. */
  readonly source: string;
  /** What was asked for, in its order. */
  readonly requests: string[];
  /** Answers to some paths, other than the files there. */
  readonly changed: Map<string, RequestListener>;
  close(): Promise<void>;
}

/** Serves the suites, each with its packages, from below `directory`. */
export async function serveArchive(
  directory: string,
  suites: Readonly<Record<string, readonly PackageToMake[]>>,
): Promise<DebianArchive> {
  for (const [suite, packages] of Object.entries(suites)) writeSuite(directory, suite, packages);
  const requests: string[] = [];
  const changed = new Map<string, RequestListener>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    requests.push(path);
    const other = changed.get(path);
    if (other !== undefined) {
      other(request, response);
      return;
    }
    try {
      response.end(readFileSync(join(directory, path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    source: `deb [trusted=yes] http://127.0.0.1:${port} bookworm main\n`,
    requests,
    changed,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}

function writeSuite(directory: string, suite: string, packages: readonly PackageToMake[]): void {
  const index = packages.map((one) => makePackage(directory, one)).join('\n');
  const files = {
    'main/binary-amd64/Packages': index,
    'main/binary-arm64/Packages': index,
    'main/source/Sources': '',
  };
  const sums = Object.entries(files).map(([path, text]) => {
    write(join(directory, 'dists', suite, path), text);
    return ` ${sha256(Buffer.from(text))} ${Buffer.byteLength(text)} ${path}`;
  });
  const release = [
    'Origin: Debian',
    `Suite: ${suite}`,
    `Codename: ${suite}`,
    `Date: ${new Date().toUTCString()}`,
    'Architectures: amd64 arm64',
    'Components: main',
    'SHA256:',
    ...sums,
    '',
  ];
  write(join(directory, 'dists', suite, 'Release'), release.join('\n'));
}

/** Makes the .deb and returns its paragraph of the index. */
function makePackage(directory: string, { name, version, files, fields = [] }: PackageToMake): string {
  const root = join(directory, 'roots', name);
  const control = [`Package: ${name}`, `Version: ${version}`, 'Architecture: all', ...fields];
  write(
    join(root, 'DEBIAN/control'),
    [...control, 'Maintainer: nobody <nobody@localhost>', 'Description: for a test', ''].join('\n'),
  );
  for (const [path, content] of Object.entries(files)) write(join(root, path), content);
  const file = `pool/${name}_${version}_all.deb`;
  mkdirSync(join(directory, 'pool'), { recursive: true });
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Znone', root, join(directory, file)]);
  const size = String(statSync(join(directory, file)).size);
  const digest = sha256(readFileSync(join(directory, file)));
  return [...control, `Filename: ${file}`, `Size: ${size}`, `SHA256: ${digest}`, ''].join('\n');
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
