// Where the source of the lab's kernel comes from: a Debian archive that has it, has it elsewhere, or does not.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagePath } from '../../../src/core/package-root.ts';
import { rootPrefix } from '../../../src/local/programs/program.ts';
import { serveArchive, type DebianArchive, type PackageToMake } from '../../support/debian-archive.ts';

let directory: string;
let archive: DebianArchive | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kernel-source-'));
});
afterEach(async () => {
  await archive?.close();
  rmSync(directory, { recursive: true, force: true });
});

const tree = {
  Makefile: 'all:\n',
  'net/netfilter/ipvs/ip_vs_rr.c': '/* rr */\n',
  'arch/um/Kconfig': 'config UML\n',
  'arch/x86/um/Makefile': 'obj-y\n',
  'arch/arm/crypto/Kconfig': 'config ARM\n',
  'arch/arm/mm/fault.c': '/* not here */\n',
  'drivers/gpu/drm/Kconfig': 'config DRM\n',
  'drivers/gpu/drm/drm.c': '/* not here */\n',
  'Documentation/Kconfig': 'config DOC\n',
  'Documentation/admin.rst': 'long\n',
};

/** As Debian packs it: a compressed tar in the package. */
function linuxSource(series: string, version = `${series}.1-1`): PackageToMake {
  const name = `linux-source-${series}`;
  const root = join(directory, 'tree', name);
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const packed = execFileSync('tar', ['-cJ', '-C', dirname(root), name]);
  return { name, version, files: { [`usr/src/${name}.tar.xz`]: packed } };
}

/** Runs the program's own code with the archive as the only one that /etc/apt names. */
async function unpack(): Promise<{ readonly output: string; readonly files: readonly string[] }> {
  const apt = join(directory, 'apt');
  mkdirSync(apt, { recursive: true });
  writeFileSync(join(apt, 'sources.list'), archive?.source ?? '');
  const script = join(directory, 'unpack.mjs');
  writeFileSync(
    script,
    `import { findKernelSource, unpackKernelSource } from ${JSON.stringify(packagePath('src/lab/kernel/source.ts'))};
     const { signal } = new AbortController();
     const quiet = () => undefined;
     try {
       const source = await findKernelSource(process.argv[2], quiet, signal);
       await unpackKernelSource(source, process.argv[3], quiet, signal);
       console.log('series ' + source.series);
     } catch (error) {
       console.log([error.code, error.message, error.detail].join('\\n'));
     }`,
  );
  const target = join(directory, 'unpacked');
  const bind = 'mount --bind "$1" /etc/apt && shift && exec "$@"';
  const run = [process.execPath, '--import', 'tsx', script, join(directory, 'cache'), target];
  const [file = '', ...args] = [...rootPrefix(), 'unshare', '--mount', 'sh', '-euc', bind, 'sh', apt, ...run];
  const { stdout } = await execa(file, args, { cwd: packagePath('.'), stdin: 'ignore' });
  const found = await execa('find', [target, '-type', 'f', '-printf', '%P\\n'], { reject: false });
  return {
    output: stdout,
    files: found.stdout
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
  };
}

describe('the source of the kernel', () => {
  it('is unpacked without what a user-mode kernel does not have, and the package is gone', async () => {
    archive = await serveArchive(directory, { 'trixie-backports': [linuxSource('7.2')] });
    const { output, files } = await unpack();
    expect(output).toBe('series 7.2');
    expect(files).toEqual([
      'Documentation/Kconfig',
      'Makefile',
      'arch/arm/crypto/Kconfig',
      'arch/um/Kconfig',
      'arch/x86/um/Makefile',
      'drivers/gpu/drm/Kconfig',
      'net/netfilter/ipvs/ip_vs_rr.c',
    ]);
    expect(readdirSync(directory)).not.toContain('unpacked.downloads');
    // The lists of the other suites are large.
    expect(archive.requests.filter((path) => /forky|sid/.test(path))).toEqual([]);
  });

  it('is taken from a later suite when the first has only others', async () => {
    archive = await serveArchive(directory, {
      'trixie-backports': [linuxSource('6.12')],
      forky: [],
      sid: [linuxSource('7.2')],
    });
    expect((await unpack()).output).toBe('series 7.2');
  });

  it('is missed in one sentence that says what each suite has', async () => {
    archive = await serveArchive(directory, { 'trixie-backports': [], forky: [linuxSource('9.9')] });
    const { output, files } = await unpack();
    expect(output).toMatch(/^lab\.failed\nDebian's mirror has no source of Linux 7\.2/);
    expect(output).toContain('trixie-backports: no package linux-source-7.2');
    expect(output).toContain('forky: no package linux-source-7.2');
    expect(output).toMatch(/sid: Debian's package lists could not be fetched\n {2}E: .* 404 /);
    expect(files).toEqual([]);
  });

  it('is not unpacked when it is not what the archive promised', async () => {
    archive = await serveArchive(directory, { 'trixie-backports': [linuxSource('7.2')] });
    appendFileSync(join(directory, 'pool/linux-source-7.2_7.2.1-1_all.deb'), 'x');
    const { output, files } = await unpack();
    expect(output).toMatch(/^command\.failed\n/);
    expect(files).toEqual([]);
  });
});
