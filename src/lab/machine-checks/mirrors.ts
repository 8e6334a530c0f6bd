// Asks Debian's mirrors, as apt would, whether packages can be had: in seconds, also where nobody answers.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { openPrivateApt, type PrivateApt } from '../debian/private-apt.ts';
import { runProgram, throwIfInterrupted } from '../program.ts';
import { saidBy } from './refusal.ts';
import { withWorkDirectory } from './work-directory.ts';

/** Seconds for a connection to be made or an answer to begin, and for all of it. */
const limits = { answer: 7, all: 15 };

const options = [
  '-oAcquire::Retries=0',
  ...['http', 'https', 'ftp'].map((method) => `-oAcquire::${method}::Timeout=${limits.answer}`),
];

/**
 * Fetches the signed description of the release, some 200 kB, from each mirror that /etc/apt names. Throws
 * `lab.unsupported` when that takes longer than a few seconds.
 */
export async function askMirrors(release: string, signal: AbortSignal): Promise<void> {
  await withWorkDirectory(tmpdir(), async (work) => {
    const apt = await openPrivateApt(work, release);
    const text = await readFile(apt.sourcesFile, 'utf8');
    try {
      await fetchRelease(apt, text, work, signal);
    } catch (cause) {
      throwIfInterrupted(signal);
      throw unreachable(saidBy(cause), text, cause);
    }
  });
}

async function fetchRelease(
  apt: PrivateApt,
  sources: string,
  work: string,
  signal: AbortSignal,
): Promise<void> {
  const parts = join(work, 'sources');
  await mkdir(parts);
  // No lists of packages, which are large.
  await writeFile(join(parts, 'asked.sources'), sources.replace(/^Suites:/gm, 'Targets: none\nSuites:'));
  const update = [`-c=${apt.configuration}`, `-oDir::Etc::SourceParts=${parts}`, ...options];
  const command = ['apt-get', ...update, '-q', 'update', '--error-on=any'];
  await runProgram('timeout', ['--kill-after=2', String(limits.all), ...command], { signal });
}

/** The error for what apt said; with `sources` as in a deb822 file. */
export function unreachable(said: string, sources: string, cause?: unknown): BootstrapError {
  const seen = aptErrors(said);
  const named = /Failed to fetch (\S+?)\/dists\//.exec(said)?.[1];
  const all = sources.split('\n').flatMap((line) => /^URIs: (.*)$/.exec(line)?.[1]?.split(' ') ?? []);
  const address = named ?? [...new Set(all)].join(' and ');
  return new BootstrapError('lab.unsupported', `Debian's packages cannot be fetched from ${address}`, {
    hint:
      'The lab is built from them, the first time. Is this the right address in /etc/apt, and can the machine reach ' +
      'it? Behind a proxy, tell apt: `Acquire::http::Proxy "http://PROXY:PORT";` in a file in /etc/apt/apt.conf.d.',
    detail: seen === '' ? `no answer within ${limits.all} s` : seen,
    cause,
  });
}

/** apt's errors, each once; without any, whatever it says besides what went well. */
function aptErrors(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('E: ') && !/index files failed/.test(line));
  if (errors.length > 0) return errors.map((line) => line.slice(3)).join('\n');
  return lines.filter((line) => !/^(Get|Hit|Ign|Fetched|Reading|timeout failed)/.test(line)).join('\n');
}
