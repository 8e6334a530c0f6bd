// Finds the source of a kernel among Debian's packages, and unpacks of it what a user-mode kernel is built from.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { openRecentApt } from '../../local/debian/recent-apt.ts';
import type { PrivateApt } from '../../local/debian/private-apt.ts';
import { downloadPackage, hasPackage } from '../../local/debian/resolve.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import type { Report } from '../stage.ts';
import { sourcePackage, sourceSuites, triedSeries } from './series.ts';

export interface KernelSource {
  readonly series: string;
  readonly apt: PrivateApt;
}

/**
 * Looks through the suites for a tried series.
 * @throws BootstrapError `lab.failed` with what each of them said when none has one
 */
export async function findKernelSource(
  cacheRoot: string,
  report: Report,
  signal: AbortSignal,
): Promise<KernelSource> {
  const seen: string[] = [];
  for (const suite of sourceSuites) {
    try {
      report(`looking for the source of Linux in ${suite}`);
      const apt = await openRecentApt(cacheRoot, { release: suite }, report, signal);
      const found = await Promise.all(
        triedSeries.map((series) => hasPackage(apt, sourcePackage(series), signal)),
      );
      const series = triedSeries.find((_, index) => found[index]);
      if (series !== undefined) return { series, apt };
      seen.push(`${suite}: no package ${triedSeries.map(sourcePackage).join(' or ')}`);
    } catch (error) {
      throwIfInterrupted(signal);
      if (!(error instanceof BootstrapError)) throw error;
      seen.push([`${suite}: ${error.message}`, ...aptErrors(error.detail)].join('\n  '));
    }
  }
  throw new BootstrapError(
    'lab.failed',
    `Debian's mirror has no source of Linux ${triedSeries.join(' or ')}`,
    {
      detail: seen.join('\n'),
      hint: 'The mirror in /etc/apt must have the whole of Debian, not one release alone. A newer release of this tool may know a newer series.',
    },
  );
}

/** What apt itself calls errors, of all that it said. */
function aptErrors(said = ''): readonly string[] {
  return said.split('\n').filter((line) => line.startsWith('E: '));
}

/** Folders without anything that a user-mode kernel on x86-64 is compiled from. Kconfig and Makefiles are read there. */
const unusedFolders = [
  ...['Documentation', 'samples', 'sound', 'tools/perf', 'tools/testing', 'fs/btrfs', 'fs/xfs'],
  ...driverFolders('accel acpi clk crypto gpu hwmon iio infiniband md media mtd net/ethernet net/wireless'),
  ...driverFolders('phy pinctrl platform scsi soc staging usb video'),
];

/** A quarter of the source is left: the rest takes disk and time for nothing. */
const leaveOut = [
  'arch/[!ux]*/*.*',
  ...unusedFolders.map((folder) => `${folder}/*.[chS]`),
  ...['*.dts*', '*.json', '*.rst', '*.svg', '*.yaml'],
];

/** Downloads the source and unpacks it into `directory`, of which it needs 700 MB. */
export async function unpackKernelSource(
  { series, apt }: KernelSource,
  directory: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const name = sourcePackage(series);
  const downloads = `${directory}.downloads`;
  await mkdir(directory, { recursive: true });
  await mkdir(downloads);
  report(`downloading the source of Linux ${series}, 165 MB`);
  const file = await downloadPackage(apt, name, downloads, signal);
  report(`unpacking the source of Linux ${series}`);
  const excluded = leaveOut.map((pattern) => `--exclude=${name}/${pattern}`);
  const words = [join(downloads, file), `./usr/src/${name}.tar.xz`, directory, ...excluded];
  await runProgram('bash', ['-euo', 'pipefail', '-c', unpack, 'bash', ...words], { signal });
  await rm(downloads, { recursive: true });
}

/** The package is a tar in which the source is a compressed tar: from the one into the other, without a file between. */
const unpack = `
package=$1 source=$2 directory=$3; shift 3
dpkg-deb --fsys-tarfile "$package" |
  tar --extract --to-stdout "$source" |
  xz --decompress --stdout |
  tar --extract --directory "$directory" --strip-components=1 "$@"
`;

function driverFolders(names: string): readonly string[] {
  return names.split(' ').map((name) => `drivers/${name}`);
}
