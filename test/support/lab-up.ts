// `lab up` on a machine that lacks something: in a mount namespace of its own, with empty directories for the lab.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { rootPrefix } from '../../src/local/programs/program.ts';
import { entry } from './entry.ts';

/** Of no other lab. */
export const labName = 'zz-lacking';

export interface Lack {
  /** Shell commands that run before; they find the lab's directories in $cache and $state, and $here. */
  readonly prepare?: string;
  /** Words in front of the program, such as one that takes rights away. */
  readonly before?: readonly string[];
}

export interface LackingUp {
  readonly exitCode: number | undefined;
  readonly stderr: string;
  readonly seconds: number;
  /** Files of the checks that are still there. */
  readonly left: string;
}

/**
 * The size is promised, not taken, so the machine's own disks do not matter. The temporary files of other tests, which
 * come and go, are out of sight. Whatever the checks do not find is ended
 * with its whole process group, before it builds for long.
 */
const script = `
here=$1 cache=$1/cache state=$1/state; shift
mount -t tmpfs -o size=20g lacking "$here"
mkdir "$cache" "$state" "$here/tmp"
export TMPDIR="$here/tmp"
eval "$PREPARE"
status=0
XDG_CACHE_HOME=$cache XDG_STATE_HOME=$state timeout --kill-after=20 40 "$@" || status=$?
find "$here" -maxdepth 4 -name '.check-*'
exit $status
`;

/** Has a lab of the smallest nodes made, which must fail in time: there is nothing in its cache. */
export async function lackingUp({ prepare, before }: Lack): Promise<LackingUp> {
  const here = mkdtempSync(join(tmpdir(), 'lacking-'));
  const small = ['--control-plane-memory', '1792', '--worker-memory', '768', '--subnet', '10.213.77.0/24'];
  const program = [process.execPath, entry, 'lab', '--name', labName, 'up', ...small];
  const command: readonly string[] = [
    ...rootPrefix(),
    'env',
    `PREPARE=${prepare ?? ''}`,
    'unshare',
    '--mount',
    'sh',
  ];
  const [file = '', ...args] = command;
  const started = performance.now();
  try {
    const { exitCode, stdout, stderr } = await execa(
      file,
      [...args, '-euc', script, 'sh', here, ...(before ?? []), ...program],
      { reject: false, stdin: 'ignore' },
    );
    const left = stdout
      .split('\n')
      .filter((line) => line.startsWith('/'))
      .join('\n');
    return { exitCode, stderr, seconds: (performance.now() - started) / 1000, left };
  } finally {
    rmSync(here, { recursive: true, force: true });
  }
}
